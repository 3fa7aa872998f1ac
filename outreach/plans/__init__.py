"""Plans toward the goal, when it is reached at the present pace, and what would have to be done."""
