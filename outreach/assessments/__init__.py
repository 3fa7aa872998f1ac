"""Is this person proficient, and what shows it?"""
