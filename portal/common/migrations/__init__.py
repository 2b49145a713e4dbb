"""The tables of what every app shares."""
