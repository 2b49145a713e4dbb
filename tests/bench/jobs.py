"""How long a profile takes onto 200 cameras, with every process real, as a program sees it (EXT-1, EXT-5).

python -m tests.bench.jobs     prints JSON: `profile_200_s`, and how many steps of its progress were seen
"""

import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import httpx

from tests.e2e.stack import Stack

CAMERAS, LOOK_EVERY_S, LIMIT_S = 200, 0.5, 120.0
MAKE = """
from cameras.models import Site
from cameras.services.camera import camera_create
from cameras.services.profile import profile_create
from portal.accounts.models import User
from portal.accounts.services import token_create
site, user = Site.objects.get(), User.objects.get(username="administrator")
# Switched off: what is measured is the work on them, not the analysis of 200 cameras on this machine.
facts = {"site": site, "url": "scene:?people=3", "enabled": False}
made = [camera_create(name=f"Gate {n}", **facts) for n in range(CAMERAS_AND_SOURCE)]
source = made[0].extensions.get()
source.settings |= {"csv": True, "pause_reset_s": 9}
source.save()
profile = profile_create(extension=source, name="Gates", tabs=["basic", "http", "mqtt", "detail"], user=user)
_token, text = token_create(user=user, name="bench", scope="configure")
open(PATH, "w").write(f"{text}\\n{profile.pk}\\n" + " ".join(str(one.pk) for one in made[1:]))
"""


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="lookout-bench-") as folder, Stack(Path(folder) / "data") as stack:
        facts = Path(folder, "facts")
        stack.manage("shell", "-c", _script(facts))
        token, profile, ids = facts.read_text().split("\n")
        headers = {"Authorization": f"Bearer {token}"}
        with httpx.Client(base_url=f"{stack.address}/api/v1/", headers=headers, timeout=10) as client:
            order = {
                "kind": "profile",
                "cameras": [int(one) for one in ids.split()],
                "order": {"profile": int(profile)},
            }
            figures, details = _measure(client, order)
    sys.stdout.write(json.dumps({"figures": figures, "details": details}) + "\n")


def _script(facts: Path) -> str:
    return MAKE.replace("CAMERAS_AND_SOURCE", str(CAMERAS + 1)).replace("PATH", repr(str(facts)))


def _measure(client: httpx.Client, order: dict[str, Any]) -> tuple[dict[str, float], dict[str, Any]]:
    """From the order to the answer that says it is over. Raises RuntimeError when a camera failed, or for too long."""
    begin, steps = time.perf_counter(), set[int]()
    job = client.post("jobs/", json=order).raise_for_status().json()
    ordered_s = time.perf_counter() - begin
    while job["state"] != "ended":
        if time.perf_counter() - begin > LIMIT_S:
            raise RuntimeError(f"not over after {LIMIT_S} s: {job['counts']}")
        time.sleep(LOOK_EVERY_S)
        job = client.get(f"jobs/{job['id']}/").raise_for_status().json()
        steps.add(job["counts"]["done"])
    took = time.perf_counter() - begin
    if job["counts"]["done"] != CAMERAS:
        raise RuntimeError(f"not done on all {CAMERAS} cameras: {job['counts']}")
    return {"profile_200_s": round(took, 2)}, {"ordered_s": round(ordered_s, 3), "steps_seen": sorted(steps)}


if __name__ == "__main__":
    main()
