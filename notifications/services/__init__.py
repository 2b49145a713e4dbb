"""Writes, one noun per file: notifications come in (`queue`), go out (`drain`), and are kept an eye on (`sweep`)."""
