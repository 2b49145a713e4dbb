"""Every address that Django answers, by its name, with what it needs to be asked (SEC-1)."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from tests.portal.matrix.world import World

API = "api/v1/"
_PART = re.compile(r"<(?:\w+:)?(\w+)>")
_THINGS = {  # first part of an address -> what its own id, pk or token is of
    "users": "person",
    "combined": "combined",
    "combined-areas": "combined",
    "floor-plans": "plan",
    "public-counters": "counter",
    "audit": "audit",
    "public": "door",
}


@dataclass(frozen=True, slots=True)
class Route:
    """pattern: as `cameras/<int:camera_id>/`."""

    name: str
    pattern: str

    @property
    def is_api(self) -> bool:
        return self.pattern.startswith(API)

    def url(self, world: World) -> str:
        """Its address, about the things of this world."""
        return "/" + _PART.sub(lambda part: str(world.ids[thing_of(self.pattern, part[1])]), self.pattern)


def thing_of(pattern: str, part: str) -> str:
    """camera_id -> camera; pk, id and token -> what stands first in the address."""
    if part not in ("pk", "id", "token"):
        return part.removesuffix("_id")
    first = pattern.removeprefix(API).partition("/")[0]
    return _THINGS.get(first, first.removesuffix("s").replace("-", "_"))


def routes() -> list[Route]:
    """All of them, in the order of the resolver."""
    return list(_below(get_resolver().url_patterns, ""))


def _below(patterns: Sequence[Any], before: str) -> Iterator[Route]:
    for one in patterns:
        whole = before + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from _below(one.url_patterns, whole)
        elif isinstance(one, URLPattern):
            yield Route(str(one.name), whole)
