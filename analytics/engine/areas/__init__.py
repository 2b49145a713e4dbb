"""Which tracks are in which areas, and how many that makes."""
