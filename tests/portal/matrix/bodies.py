"""Bodies that fit, where only such a one shows who is let in, or what the body is about decides about it (SEC-1)."""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.utils import timezone

from tests.portal.matrix.world import World

GARBAGE = json.dumps({"no such field": [1]})


def body_of(place: str, ids: Mapping[str, Any]) -> str:
    """As JSON; an empty object where that fits, or where what is wrong with it is found later than the rights."""
    return json.dumps(_bodies(ids).get(place, {}), default=str)


def has_body(place: str, world: World) -> bool:
    """Whether there is a body that fits."""
    return place in _bodies(world.ids)


def _bodies(ids: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    site, camera = ids["site"], ids["camera"]
    areas = [{"camera": camera, "area": 1}, {"camera": ids["second"], "area": 1}]
    copied = {"to": [ids["second"]], "tabs": ["detail"]}
    return {
        "POST api_camera-list": {"site": site, "name": "New", "url": "scene:?seed=2"},
        "POST api_camera-test-alarm": {"area": 1},
        "POST api_alarm-steps": {"step": "acknowledge"},
        "POST api_combined_area-list": {"site": site, "name": "New", "areas": areas},
        "POST api_user-list": {"username": "new", "roles": [{"site": site, "role": "viewer"}]},
        "POST api_membership-list": {"site": site, "user": ids["neighbour"], "role": "viewer"},
        "PATCH api_membership-detail": {"role": "operator"},
        "POST api_public_counter-list": {"site": site, "name": "New", "areas": areas, "full_at": 5},
        "PATCH api_floor_plan-detail": {"name": "New"},
        "POST api_shelving-list": {
            "camera": camera,
            "area": 1,
            "reason": "Cleaning",
            "until": (timezone.now() + timedelta(hours=1)).isoformat(),
        },
        "POST api_extension-copy": copied,
        "POST api_profile-list": {"camera": camera, "name": "New", "tabs": ["detail"]},
        "POST api_profile-apply": copied,
        "POST api_job-list": {"kind": "uninstall", "cameras": [camera], "order": {"extension": "nonmask"}},
        "POST api_destination-list": {
            "site": site,
            "kind": "webhook",
            "name": "New",
            "config": {"url": "https://192.0.2.1/hook"},
        },
        "POST api_discovery_read": {"hosts": ["192.0.2.1"]},
        "POST api_discovery_add": {
            "site": site,
            "devices": [{"host": "192.0.2.1", "name": "New", "streams": {"1": 0}}],
        },
    }
