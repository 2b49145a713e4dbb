"""The simulated camera's square: who is there when, and how it is drawn. Everything is ours and follows from a seed."""
