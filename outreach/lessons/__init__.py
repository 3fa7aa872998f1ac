"""Guided lessons: content in files that people write, and an engine that turns their pages."""
