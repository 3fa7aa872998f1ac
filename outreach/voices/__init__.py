"""Lessons read aloud by people: recorded by one, judged by another, heard by everybody who learns."""
