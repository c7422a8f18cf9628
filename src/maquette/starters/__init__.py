"""Packaged small models: data, no code."""
