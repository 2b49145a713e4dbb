"""Reading checked values out of a manifest's JSON: each error names the field, its value and what was expected."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

_ABSENT = object()


class FieldError(ValueError):
    """A field of a manifest is missing or not what it should be."""


class Fields:
    """One JSON object whose fields are asked for one by one; what nobody asked for is an error too."""

    def __init__(self, data: Mapping[str, Any], path: str = "") -> None:
        self._data = data
        self._path = path
        self._asked: set[str] = set()

    def where(self, name: str) -> str:
        """The dotted place of a field, for messages."""
        return f"{self._path}.{name}" if self._path else name

    def nothing_else(self) -> None:
        """Raise FieldError for fields that were never asked for: mostly slips of the pen."""
        unknown = sorted(set(self._data) - self._asked)
        if unknown:
            raise FieldError(f"{self.where(unknown[0])}: not a field of a manifest")

    def has(self, name: str) -> bool:
        """Whether the field is there at all."""
        return name in self._data

    def text(self, name: str, default: Any = _ABSENT) -> str:
        """A text that is not empty."""
        value = self._value(name, default)
        return str(self._need(name, value, isinstance(value, str) and value.strip() != "", "a text"))

    def file_name(self, name: str) -> str:
        """A bare file name: folders come from the search path alone."""
        value = self.text(name)
        return str(self._need(name, value, not set("/\\") & set(value), "a file name without a folder"))

    def sha256(self, name: str) -> str:
        """64 hexadecimal digits in lower case."""
        value = self.text(name)
        return str(self._need(name, value, re.fullmatch("[0-9a-f]{64}", value), "64 lower-case hex digits"))

    def one_of(self, name: str, choices: Sequence[str], default: Any = _ABSENT) -> str:
        """One of the given words."""
        value = self._value(name, default)
        return str(self._need(name, value, value in choices, "one of " + ", ".join(choices)))

    def whole(self, name: str, low: int, high: int, default: int | None = None) -> int:
        """A whole number in a range."""
        value = self._value(name, default)
        fits = isinstance(value, int) and not isinstance(value, bool) and low <= value <= high
        return int(self._need(name, value, fits, f"a whole number {low}-{high}"))

    def even(self, name: str, low: int, high: int) -> int:
        """An even whole number: chroma planes have half the size."""
        value = self.whole(name, low, high)
        return int(self._need(name, value, value % 2 == 0, "an even number"))

    def number(self, name: str, low: float, high: float, default: float | None = None) -> float:
        """A number in a range."""
        value = self._value(name, default)
        return float(self._need(name, value, _is_number(value) and low <= value <= high, f"a number {low}-{high}"))

    def triple(self, name: str, default: float, *, positive: bool = False) -> tuple[float, float, float]:
        """Three numbers, one per channel in the order of `colour`."""
        value = self._value(name, [default] * 3)
        fits = (
            isinstance(value, list)
            and len(value) == 3
            and all(_is_number(v) and (v > 0 or not positive) for v in value)
        )
        first, second, third = self._need(name, value, fits, "three numbers" + (" above 0" if positive else ""))
        return float(first), float(second), float(third)

    def pairs(self, name: str) -> tuple[tuple[float, float], ...]:
        """At least two pairs of numbers."""
        value = self._value(name)
        fits = isinstance(value, list) and len(value) >= 2 and all(_is_pair(pair) for pair in value)
        return tuple((float(a), float(b)) for a, b in self._need(name, value, fits, "a list of [raw, portal] pairs"))

    def table(self, name: str) -> Fields:
        """An object inside this one."""
        value = self._value(name)
        return Fields(self._need(name, value, isinstance(value, dict) and value != {}, "an object"), self.where(name))

    def class_numbers(self) -> dict[str, int]:
        """All names of this object, which must be class numbers of the network."""
        for name in self._data:
            if not re.fullmatch("[0-9]{1,4}", name):
                raise FieldError(f"{self.where(name)}: a class number was expected")
        return {name: int(name) for name in self._data}

    def _value(self, name: str, default: Any = _ABSENT) -> Any:
        self._asked.add(name)
        value = self._data.get(name, default)
        if value is _ABSENT or value is None:
            raise FieldError(f"{self.where(name)}: missing")
        return value

    def _need(self, name: str, value: Any, fits: object, expected: str) -> Any:
        if not fits:
            raise FieldError(f"{self.where(name)}: {value!r} was found where {expected} was expected")
        return value


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_pair(value: object) -> bool:
    return isinstance(value, list) and len(value) == 2 and all(_is_number(v) for v in value)
