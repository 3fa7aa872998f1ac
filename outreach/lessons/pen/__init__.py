"""How the pictures of lessons are drawn: strokes, marks, rows of a screen, things of a scene. Plain functions only."""
