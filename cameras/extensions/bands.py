"""Bands of the week with count thresholds of their own (OCC-34): lunch, night."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from cameras.extensions.areas import MOST_AREAS, THRESHOLD
from cameras.extensions.fields import Several
from cameras.extensions.nested import Group, Rows
from cameras.extensions.problems import Problem, RefusedError, SettingsError, gettext_noop
from cameras.extensions.rule import Rule, setting
from cameras.extensions.texts import TimeOfDay, name_rule

MOST_BANDS = 8

DAYS = {
    "mon": gettext_noop("Monday"),
    "tue": gettext_noop("Tuesday"),
    "wed": gettext_noop("Wednesday"),
    "thu": gettext_noop("Thursday"),
    "fri": gettext_noop("Friday"),
    "sat": gettext_noop("Saturday"),
    "sun": gettext_noop("Sunday"),
}


@dataclass(frozen=True, slots=True)
class Thresholds(Rule):
    """Count thresholds by the number of their area, as in {"1": 12}; areas that are not named keep their own."""

    kind: ClassVar[str] = "thresholds"
    templates: ClassVar[Mapping[str, str]] = {
        "thresholds": gettext_noop('%(label)s must name areas 1 to 4, as in {"1": 12}, not %(value)s.'),
    }

    label: str
    help: str = ""

    def clean(self, value: object) -> dict[str, int]:
        numbers = [str(number) for number in range(1, MOST_AREAS + 1)]
        if not isinstance(value, Mapping) or not value or not set(value) <= set(numbers):
            raise self.refused("thresholds", value)
        found, problems = {}, []
        for number in [number for number in numbers if number in value]:
            try:
                found[number] = int(THRESHOLD.clean(value[number]))
            except RefusedError as refused:
                problems.append(refused.at(number))
        if problems:
            raise SettingsError(problems)
        return found

    def limits(self) -> dict[str, Any]:
        return THRESHOLD.limits()


_BEGIN = TimeOfDay(gettext_noop("Begin"))
_END = TimeOfDay(
    gettext_noop("End"), end=True, help=gettext_noop("Before the begin: on the next day, as in 22:00 to 06:00.")
)


@dataclass(frozen=True, slots=True)
class Band:
    """One band, in the site's time zone. It belongs to the days on which it begins; of two that meet the first holds.

    count_thresholds: area number as text -> count threshold.
    """

    name: str = setting(name_rule(gettext_noop("Name of the band")), "Band")
    days: tuple[str, ...] = setting(Several(gettext_noop("Days"), DAYS), tuple(DAYS))
    begin: str = setting(_BEGIN, "00:00")
    end: str = setting(_END, "24:00")
    count_thresholds: Mapping[str, int] = setting(Thresholds(gettext_noop("Count thresholds")), {})


_RULES = {
    "end": gettext_noop("The end must differ from the begin; the whole day is 00:00 to 24:00."),
    "count_thresholds": gettext_noop("A band needs the count threshold of at least one area."),
}


def _check(band: Band) -> Iterator[Problem]:
    if band.begin == band.end:
        yield Problem("end", _RULES["end"])
    if not band.count_thresholds:
        yield Problem("count_thresholds", _RULES["count_thresholds"])


BANDS = Rows(
    gettext_noop("Threshold by hour"),
    Group(gettext_noop("Band"), Band, check=_check, rules=_RULES),
    MOST_BANDS,
    help=gettext_noop("Up to 8 bands of the week with count thresholds of their own."),
)
