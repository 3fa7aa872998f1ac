"""The handbook of public procedures."""
