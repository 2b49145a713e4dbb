"""The tests, in the same tree as the code; `make test` runs them."""
