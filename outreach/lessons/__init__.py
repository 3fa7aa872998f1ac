"""Guided lessons: content in files that people write, an engine that turns pages, voices that read them aloud."""
