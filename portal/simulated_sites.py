"""Sites with simulated cameras that nobody draws, for `manage.py simulate`: how a portal bears with a thousand of them.

Each has four areas. In one of them all four people are together for 24 s now and then, which is an alarm: eight times
an hour on the average, with some cameras never. The others only count. A second run makes what is missing, and changes
nothing that is there.
"""

from collections.abc import Iterator
from math import ceil
from typing import Any

from django.db import transaction

from cameras.models import Camera, Site
from cameras.services.camera import camera_create
from cameras.services.site import site_create, site_update
from portal.demo_sites import WHOLE, area

MOST_CAMERAS, MOST_SITES = 5_000, 500
FPS = 0.5
PEOPLE, TIME_S, NEVER = 4, 24, 10
FRONT = [[0.0, 0.6], [1.0, 0.6], [1.0, 1.0], [0.0, 1.0]]
LEFT = [[0.0, 0.0], [0.5, 0.0], [0.5, 1.0], [0.0, 1.0]]
RIGHT = [[0.5, 0.0], [1.0, 0.0], [1.0, 1.0], [0.5, 1.0]]
SETTINGS: dict[str, Any] = {
    "areas": [
        area(1, "Square", PEOPLE, TIME_S, WHOLE),
        area(2, "Front", NEVER, TIME_S, FRONT),
        area(3, "Left", NEVER, TIME_S, LEFT),
        area(4, "Right", NEVER, TIME_S, RIGHT),
    ]
}


def simulated_make(*, cameras: int, sites: int) -> Iterator[int]:
    """Cameras 1 … `cameras`, spread over so many sites; gives how many there are, site by site.

    Raises ValidationError where a name is taken by something else.
    """
    each, made = ceil(cameras / sites), 0
    for place in range(sites):
        numbers = range(place * each + 1, min(cameras, (place + 1) * each) + 1)
        _site_fill(f"Simulated {place + 1:03d}", numbers)
        made += len(numbers)
        yield made


@transaction.atomic
def _site_fill(name: str, numbers: range) -> None:
    """No clips: their pictures would be of an empty square, and take the memory of a worker."""
    site = Site.objects.filter(name=name).first()
    if site is None:
        site = site_update(site=site_create(name=name), keep_clips=False, media_days=1)
    there = set(site.cameras.values_list("name", flat=True))
    for number in numbers:
        if (camera := f"Simulated {number:04d}") not in there:
            camera_create(site=site, name=camera, url=_address(number), fps=FPS, settings=SETTINGS)


def _address(number: int) -> str:
    return f"scene:?sketch=1&seed={number}&people={PEOPLE}&cars=0&bicycles=0&width=160&height=120"


def simulated_ids() -> list[int]:
    """The cameras that a simulator is for."""
    return list(Camera.objects.filter(url__startswith="scene:?sketch=1").values_list("pk", flat=True))
