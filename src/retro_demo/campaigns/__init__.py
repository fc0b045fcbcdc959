"""Campaigns: what each of the three changes for the people whom it reaches."""
