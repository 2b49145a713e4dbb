"""The settings of each extension, in plain Python: every value once, with its range, default and message."""
