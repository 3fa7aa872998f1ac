"""How somebody says "no more messages", and begins again only with a new yes."""
