"""What our messages say: versions, previews, registration with the operator."""
