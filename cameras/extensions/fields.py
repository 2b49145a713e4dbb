"""The kinds of settings. One object says what forms, API, documentation and validation have to know about a value."""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import Field, dataclass, field, fields
from decimal import Decimal
from typing import Any, Protocol, TypeGuard

from cameras.extensions.problems import RefusedError, gettext_noop, show


class Setting(Protocol):
    """A value's label, help and unit in plain English, and the one place where it is checked."""

    @property
    def label(self) -> str: ...
    @property
    def help(self) -> str: ...
    def clean(self, value: object) -> Any:
        """The value in its own type. Raises RefusedError when it does not fit."""
        ...


def setting(rule: Setting, default: Any) -> Any:
    """A dataclass field that carries its rule; read back with `settings_of`."""
    return field(default=default, metadata={"setting": rule})


def settings_of(settings_class: Any) -> dict[str, Setting]:
    """The rule of each field of a settings dataclass, in the order of the definition."""
    return {one.name: rule_of(one) for one in fields(settings_class)}


def rule_of(one: Field[Any]) -> Setting:
    """The rule that a field was defined with."""
    rule: Setting = one.metadata["setting"]
    return rule


@dataclass(frozen=True, slots=True)
class Number:
    """A number from low to high in steps; whole when the step is whole. Strings and booleans are not numbers."""

    label: str
    low: float
    high: float
    step: float = 1
    unit: str = ""
    help: str = ""

    def clean(self, value: object) -> int | float:
        if isinstance(value, bool) or not isinstance(value, int | float) or not self.low <= value <= self.high:
            raise self._refused(value)
        # Decimal of the shortest text: 0.3 / 0.1 is not whole in binary, and 0.1 steps must accept 0.3.
        steps = Decimal(str(value)) / Decimal(str(self.step))
        if steps != int(steps):
            raise self._refused(value)
        return int(value) if float(self.step).is_integer() else float(value)

    def _refused(self, value: object) -> RefusedError:
        template = gettext_noop("%(label)s must be %(low)s to %(high)s%(unit)s, not %(value)s.")
        if self.step == 1 and isinstance(value, float) and self.low <= value <= self.high:
            template = gettext_noop("%(label)s must be a whole number, not %(value)s.")
        elif self.step != 1:
            template = gettext_noop(
                "%(label)s must be %(low)s to %(high)s%(unit)s in steps of %(step)s, not %(value)s."
            )
        unit = f" {self.unit}" if self.unit else ""
        numbers = {"low": f"{self.low:g}", "high": f"{self.high:g}", "step": f"{self.step:g}"}
        return RefusedError(template, label=self.label, unit=unit, value=show(value), **numbers)


@dataclass(frozen=True, slots=True)
class Switch:
    """On or Off."""

    label: str
    help: str = ""

    def clean(self, value: object) -> bool:
        if isinstance(value, bool):
            return value
        template = gettext_noop("%(label)s must be true or false, not %(value)s.")
        raise RefusedError(template, label=self.label, value=show(value))


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a few values, each with its label."""

    label: str
    options: Mapping[str, str] | Mapping[int, str]
    unit: str = ""
    help: str = ""

    def clean(self, value: object) -> str | int:
        if not isinstance(value, bool) and isinstance(value, str | int) and value in self.options:
            return value
        template = gettext_noop("%(label)s must be one of %(choices)s, not %(value)s.")
        raise RefusedError(template, label=self.label, choices=_listed(self.options), value=show(value))


@dataclass(frozen=True, slots=True)
class Several:
    """At least one of a few values, each once, in the order of the options. `optional` allows null: none of its own."""

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
        template = gettext_noop("%(label)s must be a list of one or more of %(choices)s, each once, not %(value)s.")
        raise RefusedError(template, label=self.label, choices=_listed(self.options), value=show(value))


@dataclass(frozen=True, slots=True)
class Name:
    """A short text for screens and wire formats (OCC-7): code points are counted, as the recorders do."""

    label: str
    longest: int = 20
    help: str = ""

    def clean(self, value: object) -> str:
        if not isinstance(value, str) or not value.strip() or len(value) > self.longest:
            template = gettext_noop("%(label)s must be a text of 1 to %(longest)s characters, not %(value)s.")
            raise RefusedError(template, label=self.label, longest=str(self.longest), value=show(value))
        if any(_forbidden(character) for character in value):
            template = gettext_noop('%(label)s must not contain ", & or control characters, not %(value)s.')
            raise RefusedError(template, label=self.label, value=show(value))
        return value


def _forbidden(character: str) -> bool:
    # Lone surrogates cannot be sent as UTF-8, line and paragraph separators break a line like a control character.
    return character in '"&' or unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"}


def is_list(value: object) -> TypeGuard[Sequence[Any]]:
    """A JSON list (or a tuple of ours): a text is a sequence too, but never meant."""
    return isinstance(value, Sequence) and not isinstance(value, str | bytes)


def _listed(options: Iterable[object]) -> str:
    return ", ".join(str(option) for option in options)
