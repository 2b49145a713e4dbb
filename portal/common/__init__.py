"""The floor that every application stands on; it knows none of them."""
