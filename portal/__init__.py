"""The composition: the one package that knows every application."""
