"""Open data: what anybody may know of the whole, and never of few."""
