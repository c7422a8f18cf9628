"""Floor 4, torch: recipes and the training loop."""
