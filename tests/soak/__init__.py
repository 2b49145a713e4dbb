"""What happens when things are killed: `make soak` (SPEC 15)."""
