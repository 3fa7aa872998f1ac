"""A learner on her way through the lessons: whose phone it is, the pages it is shown, what was learned on it."""
