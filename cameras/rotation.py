"""Turning the picture (CAM-4): polygons belong to the turned picture, and turn with it. Plain Python.

Degrees are clockwise, as on the screen: at 90 what was the top left corner is the top right one.
"""

from collections.abc import Iterable
from dataclasses import replace

from cameras.extensions.occupancy import OccupancySettings
from cameras.extensions.polygon import Polygon

Point = tuple[float, float]


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


def turned_settings(settings: OccupancySettings, degrees: int) -> OccupancySettings:
    """The settings with their areas and ignore zones on the turned picture."""
    if degrees % 360 == 0:
        return settings
    areas = (replace(area, polygon=turned_polygon(area.polygon, degrees)) for area in settings.areas)
    zones = (replace(zone, polygon=turned_polygon(zone.polygon, degrees)) for zone in settings.ignore_zones)
    return replace(settings, areas=tuple(areas), ignore_zones=tuple(zones))


def _whole(fraction: float) -> float:
    """Without the noise of binary fractions: turned four times, a polygon is the one that it was."""
    return round(fraction, 9)
