"""How a camera comes in: tried, read from a table, found. Plain Python, knows no Django."""
