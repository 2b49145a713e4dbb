"""What we see: from a frame to counts and alarms."""
