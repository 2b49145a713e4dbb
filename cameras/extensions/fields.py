"""The simple kinds of settings: numbers, switches, choices."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar, TypeGuard

from cameras.extensions.problems import gettext_noop
from cameras.extensions.rule import Rule


@dataclass(frozen=True, slots=True)
class Number(Rule):
    """A number from low to high in steps; whole when the step is whole. Strings and booleans are not numbers."""

    kind: ClassVar[str] = "number"
    templates: ClassVar[Mapping[str, str]] = {
        "range": gettext_noop("%(label)s must be %(low)s to %(high)s%(unit)s, not %(value)s."),
        "whole": gettext_noop("%(label)s must be a whole number, not %(value)s."),
        "steps": gettext_noop("%(label)s must be %(low)s to %(high)s%(unit)s in steps of %(step)s, not %(value)s."),
    }

    label: str
    low: float
    high: float
    step: float = 1
    unit: str = ""
    help: str = ""

    def clean(self, value: object) -> int | float:
        if isinstance(value, bool) or not isinstance(value, int | float) or not self.low <= value <= self.high:
            raise self.refused("range", value)
        # Decimal of the shortest text: 0.3 / 0.1 is not whole in binary, and 0.1 steps must accept 0.3.
        steps = Decimal(str(value)) / Decimal(str(self.step))
        if steps != int(steps):
            raise self.refused("whole" if self.step == 1 else "range", value)
        return int(value) if float(self.step).is_integer() else float(value)

    def limits(self) -> dict[str, Any]:
        return {"low": self.low, "high": self.high, "step": self.step, "unit": self.unit}

    def words(self) -> dict[str, str]:
        unit = f" {self.unit}" if self.unit else ""
        return {"low": f"{self.low:g}", "high": f"{self.high:g}", "step": f"{self.step:g}", "unit": unit}

    def sentences(self) -> Mapping[str, str]:
        if self.step == 1:
            return {reason: self.templates[reason] for reason in ("range", "whole")}
        return {"range": self.templates["steps"]}


@dataclass(frozen=True, slots=True)
class Switch(Rule):
    """On or Off."""

    kind: ClassVar[str] = "switch"
    templates: ClassVar[Mapping[str, str]] = {
        "switch": gettext_noop("%(label)s must be true or false, not %(value)s."),
    }

    label: str
    help: str = ""

    def clean(self, value: object) -> bool:
        if isinstance(value, bool):
            return value
        raise self.refused("switch", value)


@dataclass(frozen=True, slots=True)
class Choice(Rule):
    """One of a few values, each with its label."""

    kind: ClassVar[str] = "choice"
    templates: ClassVar[Mapping[str, str]] = {
        "choice": gettext_noop("%(label)s must be one of %(choices)s, not %(value)s."),
    }

    label: str
    options: Mapping[str, str] | Mapping[int, str]
    unit: str = ""
    help: str = ""

    def clean(self, value: object) -> str | int:
        if not isinstance(value, bool) and isinstance(value, str | int) and value in self.options:
            return value
        raise self.refused("choice", value)

    def limits(self) -> dict[str, Any]:
        return {"options": [{"value": value, "label": label} for value, label in self.options.items()]}

    def words(self) -> dict[str, str]:
        return {"choices": _listed(self.options)}


@dataclass(frozen=True, slots=True)
class Several(Rule):
    """At least one of a few values, each once, in the order of the options. `optional` allows null: none of its own."""

    kind: ClassVar[str] = "several"
    templates: ClassVar[Mapping[str, str]] = {
        "several": gettext_noop("%(label)s must be a list of one or more of %(choices)s, each once, not %(value)s."),
    }

    label: str
    options: Mapping[str, str]
    optional: bool = False
    help: str = ""

    def clean(self, value: object) -> tuple[str, ...] | None:
        if value is None and self.optional:
            return None
        if is_list(value) and value and all(isinstance(one, str) for one in value):
            chosen = tuple(option for option in self.options if option in value)
            if len(chosen) == len(value):
                return chosen
        raise self.refused("several", value)

    def limits(self) -> dict[str, Any]:
        options = [{"value": value, "label": label} for value, label in self.options.items()]
        return {"options": options, "optional": self.optional}

    def words(self) -> dict[str, str]:
        return {"choices": _listed(self.options)}


def is_list(value: object) -> TypeGuard[Sequence[Any]]:
    """A JSON list (or a tuple of ours): a text is a sequence too, but never meant."""
    return isinstance(value, Sequence) and not isinstance(value, str | bytes)


def _listed(options: Iterable[object]) -> str:
    return ", ".join(str(option) for option in options)
