"""A commune's plan for a quarter, each village's share of it, and how far they are."""
