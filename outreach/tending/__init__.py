"""Looking after what is wrong: who has taken it up, what was done, with which word it ended."""
