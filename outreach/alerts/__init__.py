"""What is wrong, whose it is, and what was done about it."""
