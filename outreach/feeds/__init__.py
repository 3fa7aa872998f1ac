"""Numbers for a province's operations centre (IOC): asked for with a key, or sent to it when they change."""
