"""The occupancy extension (SPEC 3): each setting once, with range and default; reads and writes the API's form."""

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from cameras.extensions.areas import OBJECTS, AreaSettings, read_areas
from cameras.extensions.fields import Choice, Number, Several, Switch, setting
from cameras.extensions.problems import Problem, SettingsError, gettext_noop
from cameras.extensions.reading import not_an_object, read_fields

__all__ = ["AreaSettings", "OccupancySettings", "Problem", "SettingsError"]

_REFERENCE_POINTS = {
    "bottom": gettext_noop("Centre of the bottom edge"),
    "centre": gettext_noop("Centre"),
    "top": gettext_noop("Centre of the top edge"),
}
_OPERATIONS = {
    "periodic": gettext_noop("Periodic"),
    "continuous": gettext_noop("Continuous"),
    "one_time": gettext_noop("One-time"),
}
_ONVIF_INTERVALS = {
    5: gettext_noop("5 s"),
    10: gettext_noop("10 s"),
    15: gettext_noop("15 s"),
    60: gettext_noop("1 min"),
}


@dataclass(frozen=True, slots=True)
class _Areas:
    """Areas are read by `read_areas`, which knows the rules between them; here they only have their label."""

    label: str = gettext_noop("Areas")
    help: str = gettext_noop("Up to four polygons in which objects are counted.")

    def clean(self, value: object) -> Any:
        areas, problems = read_areas(value)
        if problems:
            raise SettingsError(problems)
        return areas


_OBJECTS = Several(
    gettext_noop("Detection objects"), OBJECTS, help=gettext_noop("A rider is one human and one bicycle.")
)
_POINT = Choice(
    gettext_noop("Reference point"), _REFERENCE_POINTS, help=gettext_noop("The point of a box that decides its areas.")
)
_PERCENTAGE = Choice(
    gettext_noop("Percentage to reset the detection time"),
    {percent: f"{percent} %" for percent in (50, 60, 70, 80, 90, 100)},
    unit="%",
    help=gettext_noop("Below this share of the count threshold the timer is set to 0; from it on it only pauses."),
)
_PAUSE = Number(
    gettext_noop("Time to reset during pause"),
    0,
    600,
    unit="s",
    help=gettext_noop("A longer pause sets the timer to 0 and ends an alarm."),
)
_NOTIFICATION = Switch(gettext_noop("Alarm notification"), help=gettext_noop("Off: alarms are listed, silently."))
_OPERATION = Choice(
    gettext_noop("Notification operation"),
    _OPERATIONS,
    help=gettext_noop("Repeat every time of the area, every alarm deactivation time, or not at all."),
)
_BELOW = Switch(
    gettext_noop("Notification at less than the count threshold"),
    help=gettext_noop("Off: what falls due in a pause waits for the return to the count threshold."),
)
_BLACK_WHITE = Switch(
    gettext_noop("Thresholds for black-and-white picture"),
    help=gettext_noop("Thresholds of their own for humans while the picture has no colour."),
)
_ONVIF = Choice(gettext_noop("ONVIF transmission interval"), _ONVIF_INTERVALS, unit="s")
_METADATA = Switch(gettext_noop("Add detection frames to stream metadata"))
_CSV = Switch(
    gettext_noop("Save count data as CSV"), help=gettext_noop("Counts are always stored; this writes daily files.")
)


def _score(label: str) -> Number:
    return Number(
        label, 1, 99, help=gettext_noop("The lowest score that counts; lower finds more, and more that is wrong.")
    )


def _width(label: str) -> Number:
    return Number(
        label,
        0,
        1920,
        unit="px",
        help=gettext_noop("Pixels of a picture 1920 wide; narrower is not counted, 0 is off."),
    )


@dataclass(frozen=True, slots=True)
class OccupancySettings:
    """All settings of the occupancy extension on one camera; the defaults are the factory's (OCC-1 to OCC-30)."""

    objects: tuple[str, ...] = setting(_OBJECTS, ("human",))
    areas: tuple[AreaSettings, ...] = setting(_Areas(), (AreaSettings(),))
    reference_point: str = setting(_POINT, "bottom")
    reset_percentage: int = setting(_PERCENTAGE, 80)
    pause_reset_s: int = setting(_PAUSE, 5)
    alarm_notification: bool = setting(_NOTIFICATION, True)
    notification_operation: str = setting(_OPERATION, "periodic")
    notify_below_threshold: bool = setting(_BELOW, True)
    threshold_human_head: int = setting(_score(gettext_noop("Threshold of human head")), 30)
    threshold_human_body: int = setting(_score(gettext_noop("Threshold of human body")), 25)
    threshold_vehicle: int = setting(_score(gettext_noop("Threshold of vehicle")), 25)
    threshold_bicycle: int = setting(_score(gettext_noop("Threshold of bicycle")), 25)
    bw_thresholds: bool = setting(_BLACK_WHITE, True)
    bw_threshold_human_head: int = setting(_score(gettext_noop("Black-and-white threshold of human head")), 40)
    bw_threshold_human_body: int = setting(_score(gettext_noop("Black-and-white threshold of human body")), 30)
    min_width_human_head_px: int = setting(_width(gettext_noop("Minimum width of human head")), 38)
    min_width_human_body_px: int = setting(_width(gettext_noop("Minimum width of human body")), 38)
    onvif_interval_s: int = setting(_ONVIF, 5)
    metadata_boxes: bool = setting(_METADATA, True)
    csv: bool = setting(_CSV, False)

    @classmethod
    def from_json(cls, data: Mapping[str, Any], *, drawn: Collection[int] = ()) -> "OccupancySettings":
        """Settings as the API, a profile or the file of `analyse` gives them; what is left out is default.

        drawn: numbers of the areas that had a polygon before this change. Without them every area needs a polygon in
        the one before it (OCC-2); with them an earlier one may be deleted. Stored settings are read with range(1, 5).
        Raises SettingsError with every problem.
        """
        if not isinstance(data, Mapping):
            raise SettingsError([not_an_object("", data)])
        rest = dict(data)
        areas, wrong_areas = read_areas(rest.pop("areas"), drawn) if "areas" in rest else ((AreaSettings(),), [])
        values, wrong = read_fields(cls, rest, "")
        if wrong or wrong_areas:
            raise SettingsError([*wrong, *wrong_areas])
        return cls(**values, areas=areas)

    def to_json(self) -> dict[str, Any]:
        """Exactly the API's form, as JSON gives it back; `from_json` of it is equal to these settings."""
        plain: dict[str, Any] = _listed(asdict(self))
        return plain


def _listed(value: Any) -> Any:
    """Tuples as lists all the way down, so that the form equals what comes back from a JSON column."""
    if isinstance(value, dict):
        return {key: _listed(one) for key, one in value.items()}
    return [_listed(one) for one in value] if isinstance(value, tuple | list) else value
