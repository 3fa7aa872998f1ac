"""Guided lessons: content in files that people write, an engine that turns pages, what learners have done."""
