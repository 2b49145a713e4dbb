"""What a web process holds: pages load nothing that only camera workers need."""

import subprocess
import sys
from pathlib import Path

HEAVY = ("cv2", "av", "onnxruntime", "scipy")
LOAD = f"""
import sys
import portal.asgi, portal.urls
print([name for name in {HEAVY} if name in sys.modules])
"""


def test_a_web_process_starts_without_what_pictures_take(tmp_path: Path) -> None:
    """RUN-4: OpenCV, FFmpeg, SciPy and onnxruntime are 70 MB of every process that loads them."""
    command = [sys.executable, "-W", "ignore", "-c", LOAD]
    told = subprocess.run(command, capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2])

    assert told.stdout.strip() == "[]"
