"""Stored counts in plain Python: slots (of minutes and of hours), how they add up, and how they are packed."""
