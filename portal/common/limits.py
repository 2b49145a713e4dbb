"""How large what somebody sends may be (SEC-6): every limit of an upload, in bytes. Plain Python.

BODY bounds every request, before anything of it is kept (`upload_limit.py`); the others are checked where the one thing
is read, and fit into it with their form.
"""

PICTURE = 10_000_000  # a picture to test a network on, a floor plan
TABLE = 2_000_000  # CSV of cameras, or of their settings
DOCUMENT = 256_000  # settings of one camera as YAML

BODY = 16_000_000
LARGER_BODIES: dict[str, int] = {}  # by the beginning of the address


def body_limit(path: str) -> int:
    """What a request to this address may carry."""
    return next((most for beginning, most in LARGER_BODIES.items() if path.startswith(beginning)), BODY)
