"""Floor 1, torch: networks. Tensors in, tensors out: no files, no prompts, no devices."""
