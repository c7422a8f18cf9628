"""Floor 6: the doors. Thin: they build a Request and call the Studio."""
