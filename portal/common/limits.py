"""How large what somebody sends may be (SEC-6): every limit of an upload, in bytes. Plain Python.

BODY bounds every request, before anything of it is kept (`upload_limit.py`); the others are checked where the one thing
is read, and fit into it with their form.
"""

PICTURE = 10_000_000  # a picture to test a network on, a floor plan
TABLE = 2_000_000  # CSV of cameras, or of their settings
DOCUMENT = 256_000  # settings of one camera as YAML
CONFIGURATION = 2_000_000  # sites, cameras and all else as YAML
NETWORK = 100_000_000  # an ONNX file; larger ones are put into the folder by hand
MANIFEST = 100_000  # of a network

BODY = 16_000_000
_NETWORK_BODY = NETWORK + MANIFEST + 100_000
LARGER_BODIES = {"/networks/add/": _NETWORK_BODY, "/api/v1/networks/": _NETWORK_BODY}  # by the beginning of the address


def body_limit(path: str) -> int:
    """What a request to this address may carry."""
    return next((most for beginning, most in LARGER_BODIES.items() if path.startswith(beginning)), BODY)
