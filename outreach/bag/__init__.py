"""What a volunteer's phone carries where there is no network."""
