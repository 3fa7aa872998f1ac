"""The foundation: plain Python about words, numbers, hours and files that people write; no web, no database."""
