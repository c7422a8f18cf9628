"""Floor 1: one file per medium: the editable thing itself."""
