"""Turning the picture (CAM-4): polygons belong to the turned picture, and turn with it. Plain Python.

Degrees are clockwise, as on the screen: at 90 what was the top left corner is the top right one.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, TypeVar

from cameras.extensions.nonmask import NonmaskSettings
from cameras.extensions.occupancy import OccupancySettings
from cameras.extensions.polygon import Polygon

Point = tuple[float, float]
SomeSettings = TypeVar("SomeSettings", bound=OccupancySettings | NonmaskSettings)


def is_upright(degrees: int) -> bool:
    """Whether people stand upright or on their heads: what faces with masks are looked for in, and nothing else."""
    return degrees % 180 == 0


def turned_point(point: Point, degrees: int) -> Point:
    """Where a point of the picture, in fractions, is after turning it. Raises ValueError for no quarter turn."""
    x, y = point
    match degrees % 360:
        case 0:
            return x, y
        case 90:
            return _whole(1 - y), x
        case 180:
            return _whole(1 - x), _whole(1 - y)
        case 270:
            return y, _whole(1 - x)
        case _:
            raise ValueError(f"a turn of {degrees} degrees given, a multiple of 90 expected")


def turned_polygon(polygon: Iterable[Point], degrees: int) -> Polygon:
    """The polygon on the turned picture, vertex by vertex."""
    return tuple(turned_point(point, degrees) for point in polygon)


def turned_settings(settings: SomeSettings, degrees: int) -> SomeSettings:
    """The settings with their areas and ignore zones on the turned picture."""
    if degrees % 360 == 0:
        return settings
    zones = _turned(settings.ignore_zones, degrees)
    if isinstance(settings, NonmaskSettings):
        return replace(settings, area=turned_polygon(settings.area, degrees), ignore_zones=zones)
    return replace(settings, areas=_turned(settings.areas, degrees), ignore_zones=zones)


def _turned(drawn: Iterable[Any], degrees: int) -> tuple[Any, ...]:
    """Whatever has a polygon, each with it turned."""
    return tuple(replace(one, polygon=turned_polygon(one.polygon, degrees)) for one in drawn)


def _whole(fraction: float) -> float:
    """Without the noise of binary fractions: turned four times, a polygon is the one that it was."""
    return round(fraction, 9)
