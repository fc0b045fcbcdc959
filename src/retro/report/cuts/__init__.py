"""Cuts: a figure by dimensions and over time, from its expression in the registry, for the analyst and the page."""
