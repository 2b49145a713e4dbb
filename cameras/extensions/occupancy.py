"""The occupancy extension (SPEC 3): each setting once, with range and default; reads and writes the API's form."""

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, is_dataclass
from typing import Any, ClassVar

from cameras.extensions.areas import MOST_AREAS, OBJECTS, RULES, AreaSettings, read_areas
from cameras.extensions.bands import BANDS, Band
from cameras.extensions.detail_rules import NOTIFICATION, score_rule, width_rule
from cameras.extensions.fields import Choice, Number, Several, Switch
from cameras.extensions.http import HttpSettings
from cameras.extensions.ignore import IGNORE_ZONES, IgnoreZone
from cameras.extensions.mqtt import MqttSettings
from cameras.extensions.nested import Group
from cameras.extensions.problems import Problem, SettingsError, gettext_noop
from cameras.extensions.reading import not_an_object, read_fields
from cameras.extensions.rule import Rule, setting

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
class Areas(Rule):
    """Areas are read by `read_areas`, which knows the rules between them; here they only have their label."""

    kind: ClassVar[str] = "areas"

    label: str = gettext_noop("Areas")
    help: str = gettext_noop("Up to four polygons in which objects are counted.")

    def clean(self, value: object) -> Any:
        areas, problems = read_areas(value)
        if problems:
            raise SettingsError(problems)
        return areas

    def limits(self) -> dict[str, Any]:
        return {"most": MOST_AREAS}

    def sentences(self) -> Mapping[str, str]:
        return RULES

    def inside(self) -> type:
        return AreaSettings


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

_IMPROVEMENTS = Switch(
    gettext_noop("Apply on-site learning improvements"),
    help=gettext_noop("Look-alikes of marked false detections are left out, marked missed ones are found."),
)

_BW_HEAD = score_rule(gettext_noop("Black-and-white threshold of human head"))
_BW_BODY = score_rule(gettext_noop("Black-and-white threshold of human body"))
_LEARNING = (
    score_rule(gettext_noop("Threshold of on-site learning 1")),
    score_rule(gettext_noop("Threshold of on-site learning 2")),
    score_rule(gettext_noop("Threshold of on-site learning 3")),
    score_rule(gettext_noop("Threshold of on-site learning 4")),
    score_rule(gettext_noop("Threshold of on-site learning 5")),
)


@dataclass(frozen=True, slots=True)
class OccupancySettings:
    """All settings of the occupancy extension on one camera; the defaults are the factory's (SPEC 3, OUT-2, OUT-3)."""

    objects: tuple[str, ...] = setting(_OBJECTS, ("human",), tab="basic")
    areas: tuple[AreaSettings, ...] = setting(Areas(), (AreaSettings(),), tab="basic")
    reference_point: str = setting(_POINT, "bottom", tab="basic")
    ignore_zones: tuple[IgnoreZone, ...] = setting(IGNORE_ZONES, (), tab="basic")
    bands: tuple[Band, ...] = setting(BANDS, (), tab="basic")
    http: HttpSettings = setting(Group(gettext_noop("HTTP transmission"), HttpSettings), HttpSettings(), tab="http")
    mqtt: MqttSettings = setting(Group(gettext_noop("MQTT transmission"), MqttSettings), MqttSettings(), tab="mqtt")
    reset_percentage: int = setting(_PERCENTAGE, 80, tab="detail")
    pause_reset_s: int = setting(_PAUSE, 5, tab="detail")
    alarm_notification: bool = setting(NOTIFICATION, True, tab="detail")
    notification_operation: str = setting(_OPERATION, "periodic", tab="detail")
    notify_below_threshold: bool = setting(_BELOW, True, tab="detail")
    threshold_human_head: int = setting(score_rule(gettext_noop("Threshold of human head")), 30, tab="detail")
    threshold_human_body: int = setting(score_rule(gettext_noop("Threshold of human body")), 25, tab="detail")
    threshold_vehicle: int = setting(score_rule(gettext_noop("Threshold of vehicle")), 25, tab="detail")
    threshold_bicycle: int = setting(score_rule(gettext_noop("Threshold of bicycle")), 25, tab="detail")
    threshold_learning_1: int = setting(_LEARNING[0], 50, tab="detail", needs_slot=True)
    threshold_learning_2: int = setting(_LEARNING[1], 50, tab="detail", needs_slot=True)
    threshold_learning_3: int = setting(_LEARNING[2], 50, tab="detail", needs_slot=True)
    threshold_learning_4: int = setting(_LEARNING[3], 50, tab="detail", needs_slot=True)
    threshold_learning_5: int = setting(_LEARNING[4], 50, tab="detail", needs_slot=True)
    bw_thresholds: bool = setting(_BLACK_WHITE, True, tab="detail")
    bw_threshold_human_head: int = setting(
        score_rule(gettext_noop("Black-and-white threshold of human head")), 40, tab="detail"
    )
    bw_threshold_human_body: int = setting(
        score_rule(gettext_noop("Black-and-white threshold of human body")), 30, tab="detail"
    )
    min_width_human_head_px: int = setting(width_rule(gettext_noop("Minimum width of human head")), 38, tab="detail")
    min_width_human_body_px: int = setting(width_rule(gettext_noop("Minimum width of human body")), 38, tab="detail")
    onvif_interval_s: int = setting(_ONVIF, 5, tab="detail")
    metadata_boxes: bool = setting(_METADATA, True, tab="detail")
    csv: bool = setting(_CSV, False, tab="detail")
    learning_improvements: bool = setting(_IMPROVEMENTS, False, tab="detail", needs_slot=True)

    @classmethod
    def from_json(cls, data: Mapping[str, Any], *, drawn: Collection[int] = ()) -> "OccupancySettings":
        """Settings as the API, a profile or the file of `analyse` gives them; what is left out is default.

        drawn: numbers of the areas that had a polygon before this change. Without them every area needs a polygon in
        the one before it (OCC-2); with them an earlier one may be deleted. What was stored is read with EVERY_AREA.
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
        form: dict[str, Any] = plain(self)
        return form


def plain(value: Any) -> Any:
    """A value of settings as JSON gives it back: tuples as lists all the way down, groups as objects."""
    if is_dataclass(value) and not isinstance(value, type):
        return plain(asdict(value))
    if isinstance(value, Mapping):
        return {key: plain(one) for key, one in value.items()}
    return [plain(one) for one in value] if isinstance(value, tuple | list) else value
