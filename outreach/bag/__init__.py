"""What a volunteer's phone carries where there is no network, and what it sends back."""
