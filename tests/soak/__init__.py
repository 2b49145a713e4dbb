"""What happens when things are killed: `python -m tests.soak` (SPEC 15)."""
