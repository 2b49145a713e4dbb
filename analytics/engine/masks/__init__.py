"""Faces over time: who wears a mask, who does not, and who cannot be judged (SPEC 5)."""
