"""What a check found: one line for people, one object for programs."""

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """warning: it works, and something should be done.    error: something does not work, or will be lost."""

    OK = "ok"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Finding:
    """check: what was looked at.    found: in one line.    advice: what to do; empty where nothing is."""

    check: str
    level: Level
    found: str
    advice: str = ""


def fine(check: str, found: str) -> Finding:
    """Nothing to do."""
    return Finding(check, Level.OK, found)


def warn(check: str, found: str, advice: str) -> Finding:
    """To be seen to."""
    return Finding(check, Level.WARNING, found, advice)


def wrong(check: str, found: str, advice: str) -> Finding:
    """To be seen to now."""
    return Finding(check, Level.ERROR, found, advice)


def worst(findings: list[Finding]) -> Level:
    """The level of all of them together."""
    levels = {finding.level for finding in findings}
    return next((level for level in (Level.ERROR, Level.WARNING) if level in levels), Level.OK)
