"""`make bench`: runs the parts one after the other, writes `bench.json` in the data folder, prints a table.

Each part is a process of its own whose last line is a JSON object with "figures" and
"details"; it is ended when it takes longer than its limit. `make bench ARGS="viewers stack"` runs these two.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.bench.figures import table

ROOT = Path(__file__).resolve().parents[2]
PARTS = {  # module, arguments, limit in seconds
    "bare": ("ratios", ["bare"], 300),
    "both": ("ratios", ["both"], 300),
    "peer": ("ratios", ["peer"], 600),
    "quiet": ("quiet", [], 300),
    "savings": ("savings", [], 300),
    "cameras": ("cameras", [], 300),
    "saturated": ("saturated", [], 720),
    "device": ("device", [], 120),
    "viewers": ("viewers", [], 120),
    "history": ("history", [], 120),
    "counts": ("counts", [], 600),
    "scene": ("scene", [], 120),
    "scenes": ("scenes", [], 60),
    "clips": ("clips", [], 120),
    "camera_table": ("camera_table", [], 120),
    "overview": ("overview", [], 120),
    "growth": ("growth", [], 150),
    "scale": ("scale", [], 170),
    "memory": ("memory", [], 170),
    "drain": ("drain", [], 170),
    "simulated": ("simulated", [], 240),
    "news": ("news", [], 120),
    "screens": ("screens", [], 180),
    "timeline": ("timeline", [], 120),
    "api_lists": ("api_lists", [], 300),
    "jobs": ("jobs", [], 240),
    "events": ("events", [], 240),
    "deliveries": ("deliveries", [], 240),
    "stack": ("stack", [], 240),
}


def main() -> int:
    """1 when a part failed; a missed target is a finding, not a failure."""
    wanted = _arguments()
    figures: dict[str, float] = {}
    details: dict[str, Any] = {}
    failed = [part for part in wanted if not _measure(part, figures, details)]
    _write(figures, details)
    sys.stdout.write(f"\n{table(figures)}\n")
    if failed:
        sys.stdout.write(f"\nnot measured: {', '.join(failed)}\n")
    return 1 if failed else 0


def _arguments() -> list[str]:
    parser = argparse.ArgumentParser(prog="make bench ARGS=…", description="Measure the product on this machine.")
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"any of {', '.join(PARTS)}; default all")
    parts: list[str] = parser.parse_args().parts
    if unknown := set(parts) - set(PARTS):
        parser.error(f"unknown: {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}")
    return parts or list(PARTS)


def _measure(part: str, figures: dict[str, float], details: dict[str, Any]) -> bool:
    sys.stdout.write(f"{part} …\n")
    sys.stdout.flush()
    module, arguments, limit_s = PARTS[part]
    argv = [sys.executable, "-m", f"tests.bench.{module}", *arguments]
    with subprocess.Popen(argv, cwd=ROOT, stdout=subprocess.PIPE, text=True, start_new_session=True) as process:
        try:
            out, _ = process.communicate(timeout=limit_s)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, 9)
            sys.stdout.write(f"{part} did not end within {limit_s} s\n")
            return False
    lines = out.strip().splitlines()
    sys.stdout.write("".join(f"  {line}\n" for line in lines[:-1]))
    if process.returncode or not lines:
        return False
    found = json.loads(lines[-1])
    figures |= found["figures"]
    details[part] = found.get("details", {})
    return True


def _write(figures: dict[str, float], details: dict[str, Any]) -> None:
    """Beside the figures of earlier runs that were not measured again."""
    path = Path(os.environ.get("LOOKOUT_DATA") or ROOT / "var") / "bench.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    before = json.loads(path.read_text()) if path.exists() else {}
    machine = {"cores": os.cpu_count(), "machine": platform.machine(), "python": platform.python_version()}
    found = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": machine,
        "figures": before.get("figures", {}) | figures,
        "details": before.get("details", {}) | details,
    }
    path.write_text(json.dumps(found, indent=1) + "\n")
    sys.stdout.write(f"\n{path}\n")


if __name__ == "__main__":
    sys.exit(main())
