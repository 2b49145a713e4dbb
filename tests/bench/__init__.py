"""Measurements of the product on this machine (`make bench`). Loopback only; each part ends by itself."""
