"""Floor 2: media to arrays and back, in numpy; prints and words."""
