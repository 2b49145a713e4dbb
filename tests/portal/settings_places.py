"""Every address of the API of settings, as the OpenAPI document writes it, with a body that it accepts."""

from typing import Any

from cameras.models import Camera
from tests.factories import ProfileFactory

OCCUPANCY = "/api/v1/cameras/{camera_id}/extensions/occupancy/"
PROFILES = "/api/v1/profiles/"
READS = [
    f"GET {OCCUPANCY}",
    f"GET {OCCUPANCY}describe/",
    f"GET {OCCUPANCY}versions/",
    f"GET {OCCUPANCY}versions/{{number}}/",
    f"GET {OCCUPANCY}versions/{{number}}/compare/",
    f"GET {PROFILES}",
    f"GET {PROFILES}{{profile_id}}/",
]
CHANGES = [
    f"PUT {OCCUPANCY}",
    f"PATCH {OCCUPANCY}",
    f"POST {OCCUPANCY}versions/{{number}}/restore/",
    f"POST {OCCUPANCY}copy/",
    f"POST {OCCUPANCY}reset/",
    f"POST {PROFILES}",
    f"POST {PROFILES}{{profile_id}}/apply/",
    f"DELETE {PROFILES}{{profile_id}}/",
]


def url_of(place: str, camera: Camera) -> str:
    """A real address of a place; every call makes the profile that it needs."""
    profile_id = ProfileFactory(site=camera.site).pk if "profile_id" in place else 0
    return place.partition(" ")[2].format(camera_id=camera.pk, number=1, profile_id=profile_id)


def body_of(place: str, camera: Camera) -> dict[str, Any]:
    if place.endswith(("copy/", "apply/")):
        return {"to": [camera.pk], "tabs": ["detail"]}
    return {"camera": camera.pk, "name": "New", "tabs": ["http"]} if place == f"POST {PROFILES}" else {}
