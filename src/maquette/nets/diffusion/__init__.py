"""Diffusion: the net, its preconditioning, its loss, and what makes few steps of many."""
