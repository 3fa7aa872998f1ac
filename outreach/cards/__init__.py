"""Learner cards: a code on paper that joins a phone to a person, without account or password."""
