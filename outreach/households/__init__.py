"""Households, members, ambassadors, consent, stages and the tally."""
