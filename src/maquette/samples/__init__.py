"""Inputs for the tour, the docs and the tests, made for this project. Data, no code."""
