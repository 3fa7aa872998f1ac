"""The foundation: plain Python about words, numbers, texts and hours, knowing neither web nor database."""
