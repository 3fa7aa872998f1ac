"""The visit log by months: sheets that are sent and approved, and what the commune pays for them."""
