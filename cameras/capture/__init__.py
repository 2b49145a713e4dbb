"""A stream becomes frames: sources, newest frame, privacy zones, health. Plain Python, knows no Django."""
