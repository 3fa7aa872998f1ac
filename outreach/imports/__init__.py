"""Loading the household lists that communes have, as they have them."""
