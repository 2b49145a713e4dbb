"""Detections of one frame become tracks over time."""
