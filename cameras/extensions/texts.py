"""Texts as settings: how long they may be, and which characters the devices that receive them can carry."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from cameras.extensions.problems import gettext_noop
from cameras.extensions.rule import Rule

# Lone surrogates cannot be sent as UTF-8, line and paragraph separators break a line like a control character.
CONTROL = r"\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff"
HOST = r"[A-Za-z0-9._\-]"
HOST_CHARACTERS = gettext_noop("A-Z a-z 0-9 . _ -")
TIME_OF_DAY = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")


@dataclass(frozen=True, slots=True)
class Text(Rule):
    """A text of `least` to `longest` code points, counted as the recorders do. `least` 0: may be blank.

    pattern: one character that it may have, as a class of Python and of JavaScript with the flag `u`.
    allowed, forbidden: the same in words, one of them.
    """

    kind: ClassVar[str] = "text"
    templates: ClassVar[Mapping[str, str]] = {
        "length": gettext_noop("%(label)s must be a text of %(least)s to %(longest)s characters, not %(value)s."),
        "allowed": gettext_noop("%(label)s may only contain %(characters)s, not %(value)s."),
        "forbidden": gettext_noop("%(label)s must not contain %(characters)s, not %(value)s."),
    }

    label: str
    longest: int
    least: int = 0
    pattern: str = f"[^{CONTROL}]"
    allowed: str = ""
    forbidden: str = gettext_noop("control characters")
    lines: bool = False
    help: str = ""

    def clean(self, value: object) -> str:
        if not isinstance(value, str) or not self.least <= len(value) <= self.longest:
            raise self.refused("length", value)
        if self.least and not value.strip():
            raise self.refused("length", value)
        if not re.fullmatch(f"(?:{self.pattern})*", value):
            raise self.refused("characters", value)
        return value

    def limits(self) -> dict[str, Any]:
        return {"least": self.least, "longest": self.longest, "pattern": self.pattern, "lines": self.lines}

    def words(self) -> dict[str, str]:
        characters = self.allowed or self.forbidden
        return {"least": str(self.least), "longest": str(self.longest), "characters": characters}

    def sentences(self) -> Mapping[str, str]:
        characters = self.templates["allowed" if self.allowed else "forbidden"]
        return {"length": self.templates["length"], "characters": characters}


def name_rule(label: str, help: str = "") -> Text:  # noqa: A002 (as the rules call it)
    """A short text for screens and wire formats (OCC-7)."""
    words = gettext_noop('", & or control characters')
    return Text(label, 20, least=1, pattern=f'[^"&{CONTROL}]', forbidden=words, help=help)


@dataclass(frozen=True, slots=True)
class UrlPath(Text):
    """The path of an address: blank, or with the leading / that it is given when it lacks one (OUT-2)."""

    def clean(self, value: object) -> str:
        path = value if not isinstance(value, str) or value == "" or value.startswith("/") else f"/{value}"
        return Text.clean(self, path)


@dataclass(frozen=True, slots=True)
class TimeOfDay(Rule):
    """Hours and minutes of a day, as in "08:30"; `end` takes "24:00", too."""

    kind: ClassVar[str] = "time"
    templates: ClassVar[Mapping[str, str]] = {
        "time": gettext_noop("%(label)s must be a time of day as in 08:30, not %(value)s."),
    }

    label: str
    end: bool = False
    help: str = ""

    def clean(self, value: object) -> str:
        if isinstance(value, str) and (TIME_OF_DAY.fullmatch(value) or (self.end and value == "24:00")):
            return value
        raise self.refused("time", value)

    def limits(self) -> dict[str, Any]:
        return {"end": self.end}
