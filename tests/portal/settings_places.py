"""Every address of the API of settings, as the OpenAPI document writes it, with a body that it accepts."""

from typing import Any

from cameras.models import Camera
from tests.factories import ProfileFactory

EXTENSION = "/api/v1/cameras/{camera_id}/extensions/{kind}/"
PROFILES = "/api/v1/profiles/"
READS = [
    f"GET {EXTENSION}",
    f"GET {EXTENSION}describe/",
    f"GET {EXTENSION}versions/",
    f"GET {EXTENSION}versions/{{number}}/",
    f"GET {EXTENSION}versions/{{number}}/compare/",
    f"GET {PROFILES}",
    f"GET {PROFILES}{{profile_id}}/",
]
CHANGES = [
    f"PUT {EXTENSION}",
    f"PATCH {EXTENSION}",
    f"POST {EXTENSION}versions/{{number}}/restore/",
    f"POST {EXTENSION}copy/",
    f"POST {EXTENSION}reset/",
    f"POST {PROFILES}",
    f"POST {PROFILES}{{profile_id}}/apply/",
    f"DELETE {PROFILES}{{profile_id}}/",
]


def url_of(place: str, camera: Camera, kind: str = "occupancy") -> str:
    """A real address of a place, about one kind of extension; every call makes the profile that it needs."""
    profile_id = ProfileFactory(site=camera.site).pk if "profile_id" in place else 0
    return place.partition(" ")[2].format(camera_id=camera.pk, kind=kind, number=1, profile_id=profile_id)


def body_of(place: str, camera: Camera) -> dict[str, Any]:
    if place.endswith(("copy/", "apply/")):
        return {"to": [camera.pk], "tabs": ["detail"]}
    return {"camera": camera.pk, "name": "New", "tabs": ["http"]} if place == f"POST {PROFILES}" else {}
