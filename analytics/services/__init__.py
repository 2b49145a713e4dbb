"""Writes of the analytics app, one noun per file."""
