"""The numbered areas of the occupancy extension: OCC-2 to OCC-7, OCC-32, and the rules that hold between areas."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from cameras.extensions.fields import Choice, Number, Several, Switch, is_list
from cameras.extensions.polygon import FULL_SCREEN, PolygonRule
from cameras.extensions.problems import Problem, gettext_noop, show
from cameras.extensions.reading import read_fields
from cameras.extensions.rule import setting
from cameras.extensions.texts import name_rule

MOST_AREAS = 4
EVERY_AREA = range(1, MOST_AREAS + 1)
"""For `drawn`: what was stored or exported may have gaps, because deleting an area renumbers nothing (OCC-2)."""

OBJECTS = {
    "human": gettext_noop("Human"),
    "vehicle": gettext_noop("Vehicle"),
    "bicycle": gettext_noop("Bicycle (two-wheelers)"),
}

_NUMBER = Choice(gettext_noop("Area number"), {number: str(number) for number in EVERY_AREA})
_NAME = name_rule(gettext_noop("Name"), help=gettext_noop("Shown on the dashboard and in every alarm."))
_STATUS = Switch(gettext_noop("Status"), help=gettext_noop("An area that is Off is drawn dashed and not counted."))
_POLYGON = PolygonRule(gettext_noop("Polygon"), help=gettext_noop("3 to 16 vertices; areas may overlap."))
THRESHOLD = Number(gettext_noop("Count threshold"), 1, 40, help=gettext_noop("The timer runs at this count and above."))
_TIME = Number(
    gettext_noop("Time"), 0.1, 3600, 0.1, unit="s", help=gettext_noop("How long the timer runs until the alarm.")
)
_OBJECTS = Several(
    gettext_noop("Detection objects of the area"),
    OBJECTS,
    optional=True,
    help=gettext_noop("None: the area counts what the camera counts."),
)
_MIN_ALARM = Switch(
    gettext_noop("Minimum-occupancy alarm"), help=gettext_noop("An alarm of its own while too few are in the area.")
)
_MIN_COUNT = Number(
    gettext_noop("Minimum-occupancy threshold"), 1, 40, help=gettext_noop("Its timer runs below this count.")
)
_MIN_TIME = Number(
    gettext_noop("Minimum-occupancy time"),
    0.1,
    3600,
    0.1,
    unit="s",
    help=gettext_noop("How long its timer runs until the alarm."),
)


@dataclass(frozen=True, slots=True)
class AreaSettings:
    """One area. An empty polygon is an area that is not drawn; it keeps its name and its alarm conditions."""

    number: int = setting(_NUMBER, 1)
    name: str = setting(_NAME, "Area 1")
    status: bool = setting(_STATUS, True)
    polygon: tuple[tuple[float, float], ...] = setting(_POLYGON, FULL_SCREEN)
    count_threshold: int = setting(THRESHOLD, 5)
    time_s: float = setting(_TIME, 10.0)
    objects: tuple[str, ...] | None = setting(_OBJECTS, None)
    min_alarm: bool = setting(_MIN_ALARM, False)
    min_threshold: int = setting(_MIN_COUNT, 1)
    min_time_s: float = setting(_MIN_TIME, 10.0)

    @classmethod
    def default(cls, number: int) -> "AreaSettings":
        """The factory state of area `number`: area 1 is the full screen and On, the others are not drawn."""
        if number == 1:
            return cls()
        return cls(number=number, name=f"Area {number}", status=False, polygon=())

    @property
    def counted(self) -> bool:
        """Whether anything is counted here: On, and drawn."""
        return self.status and bool(self.polygon)


RULES = {
    "list": gettext_noop("Areas must be a list, not %(value)s."),
    "number": gettext_noop("The number of the area is needed, 1 to 4."),
    "twice": gettext_noop("Area %(number)s is given twice."),
    "status": gettext_noop("Area %(number)s needs a polygon to be On."),
    "polygon": gettext_noop("Area %(number)s needs a polygon in area %(previous)s."),
}
"""The sentences about what no area can know alone."""


def read_areas(data: object, drawn: Collection[int] = ()) -> tuple[tuple[AreaSettings, ...], list[Problem]]:
    """Areas in the order of their numbers, and every problem by its path. `drawn`: see `_rules_between`."""
    if not is_list(data):
        return (), [Problem("areas", RULES["list"], {"value": show(data)})]
    read = [_read_area(place, one) for place, one in enumerate(data)]
    problems = [problem for _, found in read for problem in found]
    areas = [area for area, _ in read]
    if not problems:
        problems = _rules_between(areas, drawn)
    return tuple(sorted(areas, key=lambda area: area.number)), problems


def _read_area(place: int, data: object) -> tuple[AreaSettings, list[Problem]]:
    path = f"areas[{place}]"
    values, problems = read_fields(AreaSettings, data, path)
    if not problems and "number" not in values:
        problems.append(Problem(f"{path}.number", RULES["number"]))
    return replace(AreaSettings.default(values.get("number", 1)), **values), problems


def _rules_between(areas: Sequence[AreaSettings], drawn: Collection[int]) -> list[Problem]:
    """What no area can know alone (OCC-2, OCC-4).

    drawn: areas that had a polygon before. They stay valid when an earlier one is deleted: deleting renumbers nothing.
    """
    polygons = {area.number for area in areas if area.polygon} | {0}
    problems = []
    for place, area in enumerate(areas):
        path, values = f"areas[{place}]", {"number": str(area.number), "previous": str(area.number - 1)}
        if area.number in {other.number for other in areas[:place]}:
            problems.append(Problem(f"{path}.number", RULES["twice"], values))
        if area.status and not area.polygon:
            problems.append(Problem(f"{path}.status", RULES["status"], values))
        if area.polygon and area.number - 1 not in polygons and area.number not in drawn:
            problems.append(Problem(f"{path}.polygon", RULES["polygon"], values))
    return problems
