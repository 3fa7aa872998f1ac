"""What needs somebody now: watches, thresholds, whose it is, the wall screen and the day's digest."""
