"""Whether the visit log is true: monthly sheets, doubtful visits, samples checked."""
