"""`make fuzz`: requests out of the OpenAPI document to a real web process, and whether its answers keep to it."""
