"""What volunteers do all day."""
