"""Ignore zones: a poster or a mannequin in one is never counted, a person who crosses it is (OCC-35)."""

from collections.abc import Iterator
from dataclasses import dataclass

from cameras.extensions.areas import OBJECTS
from cameras.extensions.fields import Several
from cameras.extensions.nested import Group, Rows
from cameras.extensions.polygon import Polygon, PolygonRule
from cameras.extensions.problems import Problem, gettext_noop
from cameras.extensions.rule import setting

MOST_IGNORE_ZONES = 8

_OBJECTS = Several(
    gettext_noop("Ignored objects"), OBJECTS, optional=True, help=gettext_noop("None: every kind of object.")
)
_POLYGON = PolygonRule(gettext_noop("Ignore zone"), help=gettext_noop("3 to 16 vertices."))


@dataclass(frozen=True, slots=True)
class IgnoreZone:
    """objects: kinds that are not counted while they stay in it; None is all of them."""

    objects: tuple[str, ...] | None = setting(_OBJECTS, None)
    polygon: Polygon = setting(_POLYGON, ())


_RULES = {"polygon": gettext_noop("An ignore zone needs a polygon.")}


def _check(zone: IgnoreZone) -> Iterator[Problem]:
    if not zone.polygon:
        yield Problem("polygon", _RULES["polygon"])


IGNORE_ZONES = Rows(
    gettext_noop("Ignore zones"),
    Group(gettext_noop("Ignore zone"), IgnoreZone, check=_check, rules=_RULES),
    MOST_IGNORE_ZONES,
    help=gettext_noop("Up to 8 polygons. A poster or mannequin in one is never counted."),
)
