"""Floor 3: weights, graph, card and encoding in one box; named starters."""
