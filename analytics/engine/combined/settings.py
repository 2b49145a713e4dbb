"""What is set of a combined area. Whatever an area has too goes by the area's own rule: one range, one sentence."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from analytics.engine.alarm.events import EndReason
from analytics.engine.alarm.rule import AlarmRule, Operation
from analytics.engine.areas.together import Together
from cameras.extensions.areas import AreaSettings
from cameras.extensions.fields import Choice, Number, Switch
from cameras.extensions.occupancy import OccupancySettings
from cameras.extensions.problems import Problem, SettingsError, gettext_noop
from cameras.extensions.reading import read_fields
from cameras.extensions.rule import setting, settings_of

MOST_OF_AN_AREA = 40  # OCC-8
FEWEST_PARTS, MOST_PARTS = 2, 100
TOLD_EVERY_MS = 1_000
"""How often a camera says its counts: the interval at which a figure of several of them is expected (SPEC 4.9)."""

Area = tuple[int, int]
"""Camera id and number of the area."""

_AREA, _CAMERA = settings_of(AreaSettings), settings_of(OccupancySettings)
_STATUS = Switch(gettext_noop("Status"), help=gettext_noop("Off: the figure is shown, but no timer runs."))
_HOW = Choice(
    gettext_noop("Figure"),
    {"sum": gettext_noop("Sum of the areas"), "max": gettext_noop("Fullest of the areas")},
)
_THRESHOLD = Number(
    gettext_noop("Count threshold"),
    1,
    MOST_OF_AN_AREA * MOST_PARTS,
    help=gettext_noop("The timer runs at this figure and above."),
)
_DEACTIVATION = Number(
    gettext_noop("Alarm deactivation time"),
    5,
    600,
    unit="s",
    help=gettext_noop("The shortest time between two notifications."),
)


@dataclass(frozen=True, slots=True)
class CombinedSettings:
    """One combined area, without its parts. The defaults are an area's and a camera's (SPEC 3); the name has none."""

    name: str = setting(_AREA["name"], "")
    status: bool = setting(_STATUS, True)
    how: str = setting(_HOW, "sum")
    count_threshold: int = setting(_THRESHOLD, 5)
    time_s: float = setting(_AREA["time_s"], 10.0)
    reset_percentage: int = setting(_CAMERA["reset_percentage"], 80)
    pause_reset_s: int = setting(_CAMERA["pause_reset_s"], 5)
    alarm_notification: bool = setting(_CAMERA["alarm_notification"], True)
    notification_operation: str = setting(_CAMERA["notification_operation"], "periodic")
    notify_below_threshold: bool = setting(_CAMERA["notify_below_threshold"], True)
    deactivation_s: int = setting(_DEACTIVATION, 5)

    @classmethod
    def from_json(cls, data: Mapping[str, Any], *, parts: int = MOST_PARTS) -> "CombinedSettings":
        """What is left out is default. parts: how many areas it has. Raises SettingsError with every problem."""
        values, problems = read_fields(cls, data, "")
        made = cls(**values)
        most = most_of(parts, made.how)
        if "count_threshold" in values and made.count_threshold > most:
            wrong = {"label": _THRESHOLD.label, "low": "1", "high": str(most), "unit": ""}
            wrong["value"] = str(made.count_threshold)
            problems.append(Problem("count_threshold", _THRESHOLD.templates["range"], wrong))
        if problems:
            raise SettingsError(problems)
        return made

    def to_json(self) -> dict[str, Any]:
        """`from_json` gives equal settings."""
        return asdict(self)

    @property
    def together(self) -> Together:
        return Together(self.how)

    @property
    def rule(self) -> AlarmRule:
        """The numbers of its timer."""
        return AlarmRule(
            threshold=self.count_threshold,
            time_ms=round(self.time_s * 1000),
            reset_percentage=self.reset_percentage,
            pause_reset_ms=self.pause_reset_s * 1000,
            deactivation_ms=self.deactivation_s * 1000,
            notification=self.alarm_notification,
            operation=Operation(self.notification_operation),
            notify_below=self.notify_below_threshold,
            frame_interval_ms=TOLD_EVERY_MS,
        )


def most_of(parts: int, how: str) -> int:
    """The highest figure of so many areas: a threshold above it could never be reached."""
    return MOST_OF_AN_AREA * (parts if how == Together.SUM else 1)


def why_reset(
    before: CombinedSettings, after: CombinedSettings, parts_before: Iterable[Area], parts_after: Iterable[Area]
) -> EndReason | None:
    """Why a change sets the timer to 0; None: it goes on (SPEC 4.11: status, what is counted, N and T)."""
    if before.status and not after.status:
        return EndReason.STATUS_OFF
    same = _conditions(before, parts_before) == _conditions(after, parts_after)
    return None if same else EndReason.SETTINGS


def _conditions(settings: CombinedSettings, parts: Iterable[Area]) -> tuple[object, ...]:
    return settings.status, settings.how, settings.count_threshold, settings.time_s, frozenset(parts)
