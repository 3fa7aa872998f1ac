"""What people set for messages: what a part costs, what a month may cost, and the days on which none goes."""
