"""Ways to school with adults on them: a kind of pilot, with a line, windows and sessions."""
