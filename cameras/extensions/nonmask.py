"""The non-mask extension (SPEC 5): each setting once, with range and default; reads and writes the API's form.

It works without any of them (MASK-1): area, zones, thresholds, sizes and the vote are there for who wants to tune.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from cameras.extensions.detail_rules import NOTIFICATION, score_rule
from cameras.extensions.fields import Number, Switch
from cameras.extensions.mqtt import NonmaskMqtt
from cameras.extensions.nested import Group, Rows
from cameras.extensions.occupancy import plain
from cameras.extensions.polygon import Polygon, PolygonRule
from cameras.extensions.problems import Problem, SettingsError, gettext_noop
from cameras.extensions.reading import not_an_object, read_fields
from cameras.extensions.rule import setting

MOST_IGNORE_ZONES = 8

_AREA = PolygonRule(
    gettext_noop("Detection area"), help=gettext_noop("Faces outside of it are left out. None: the whole picture.")
)


@dataclass(frozen=True, slots=True)
class FaceZone:
    """A face whose centre lies inside is neither judged nor counted: a painting, a poster, a screen."""

    polygon: Polygon = setting(PolygonRule(gettext_noop("Ignore zone"), help=gettext_noop("3 to 16 vertices.")), ())


_ZONE_RULES = {"polygon": gettext_noop("An ignore zone needs a polygon.")}


def _check_zone(zone: FaceZone) -> Iterator[Problem]:
    if not zone.polygon:
        yield Problem("polygon", _ZONE_RULES["polygon"])


_ZONES = Rows(
    gettext_noop("Ignore zones"),
    Group(gettext_noop("Ignore zone"), FaceZone, check=_check_zone, rules=_ZONE_RULES),
    MOST_IGNORE_ZONES,
    help=gettext_noop("Up to 8 polygons. A painted face in one is never judged."),
)
_SMALL = Switch(
    gettext_noop("Small faces"),
    help=gettext_noop("Also looks at two halves of the picture: finds faces farther away at three times the cost."),
)
_MASK = score_rule(gettext_noop("Threshold of a face with mask"))
_NO_MASK = score_rule(gettext_noop("Threshold of a face without mask"))
_WIDTH = Number(
    gettext_noop("Minimum width of a face"),
    0,
    1920,
    unit="px",
    help=gettext_noop("Pixels of a picture 1920 wide; a narrower face is shown but not judged, 0 is off."),
)
# From two frames and 51 % on, one wrong frame alone can never decide, whatever is set (MASK-2).
_FRAMES = Number(
    gettext_noop("Judged frames before a decision"), 2, 50, help=gettext_noop("A face seen less often stays undecided.")
)
_PERCENTAGE = Number(
    gettext_noop("Share of frames that decides"),
    51,
    100,
    unit="%",
    help=gettext_noop("So many of the last judged frames must agree: without mask for an alarm, with mask to end it."),
)
_WINDOW = Number(
    gettext_noop("Frames that are remembered"), 2, 100, help=gettext_noop("The last judged frames of a face that vote.")
)
_ALIVE = Number(
    gettext_noop("Time in view before an alarm"),
    0,
    60,
    0.1,
    unit="s",
    help=gettext_noop("A face must have been followed for so long."),
)
_RULES = {"vote_window": gettext_noop("At least as many frames must be remembered as are needed for a decision.")}


@dataclass(frozen=True, slots=True)
class NonmaskSettings:
    """All settings of the non-mask extension on one camera.

    area: () is the whole picture.    vote_*, alive_s: MASK-2; votes count frames, everything else seconds.
    """

    RULES: ClassVar[Mapping[str, str]] = _RULES

    area: Polygon = setting(_AREA, (), tab="basic")
    ignore_zones: tuple[FaceZone, ...] = setting(_ZONES, (), tab="basic")
    small_faces: bool = setting(_SMALL, False, tab="basic")
    mqtt: NonmaskMqtt = setting(Group(gettext_noop("MQTT transmission"), NonmaskMqtt), NonmaskMqtt(), tab="mqtt")
    alarm_notification: bool = setting(NOTIFICATION, True, tab="detail")
    threshold_mask: int = setting(_MASK, 25, tab="detail")
    threshold_no_mask: int = setting(_NO_MASK, 25, tab="detail")
    min_face_px: int = setting(_WIDTH, 64, tab="detail")
    vote_frames: int = setting(_FRAMES, 5, tab="detail")
    vote_percentage: int = setting(_PERCENTAGE, 60, tab="detail")
    vote_window: int = setting(_WINDOW, 10, tab="detail")
    alive_s: float = setting(_ALIVE, 2.0, tab="detail")

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "NonmaskSettings":
        """Settings as the API, a profile or the file of `analyse` gives them; what is left out is default.

        Raises SettingsError with every problem.
        """
        if not isinstance(data, Mapping):
            raise SettingsError([not_an_object("", data)])
        values, problems = read_fields(cls, data, "")
        if problems:
            raise SettingsError(problems)
        settings = cls(**values)
        if settings.vote_window < settings.vote_frames:
            raise SettingsError([Problem("vote_window", _RULES["vote_window"])])
        return settings

    def to_json(self) -> dict[str, Any]:
        """Exactly the API's form, as JSON gives it back; `from_json` of it is equal to these settings."""
        form: dict[str, Any] = plain(self)
        return form
