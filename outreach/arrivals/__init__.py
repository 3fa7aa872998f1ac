"""What phones send back: each record judged by itself, written, refused with a reason, or kept apart."""
