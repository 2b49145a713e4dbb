"""What differs between two settings, value by value, with the words of the form (EXT-5)."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields
from typing import Any

from cameras.extensions.areas import AreaSettings
from cameras.extensions.kinds import Settings
from cameras.extensions.nested import Rows
from cameras.extensions.occupancy import plain
from cameras.extensions.problems import gettext_noop, joined
from cameras.extensions.rule import Rule, rule_of

Translate = Callable[[str], str]
AREA = gettext_noop("Area")


@dataclass(frozen=True, slots=True)
class Difference:
    """One value that is another one now.

    path: where, as in a Problem; areas by their number, so that areas[1] is area 2 even when there is no area 1.
    label: of the value and of what holds it.    before, after: JSON; None for a row that is not there.
    """

    path: str
    label: str
    before: Any
    after: Any


def differences(before: Settings, after: Settings, *, translate: Translate = str) -> list[Difference]:
    """Of one extension, in the order of the form; empty when both are equal."""
    return list(_between(before, after, "", (), translate))


def _between(before: Any, after: Any, path: str, labels: tuple[str, ...], translate: Translate) -> Iterator[Difference]:
    """Of two values of one settings dataclass."""
    for one in fields(after):
        rule, place = rule_of(one), joined(path, one.name)
        old, new = getattr(before, one.name), getattr(after, one.name)
        if old == new:
            continue
        words = (*labels, translate(rule.label))
        if rule.inside() is None:
            yield _difference(place, words, old, new)
        elif isinstance(old, tuple):
            yield from _rows(old, new, place, (labels, rule), translate)
        else:
            yield from _between(old, new, place, words, translate)


def _rows(
    old: Sequence[Any], new: Sequence[Any], path: str, named: tuple[tuple[str, ...], Rule], translate: Translate
) -> Iterator[Difference]:
    """Of two lists; areas meet by their number, everything else by its place."""
    labels, rule = named
    word = rule.row.label if isinstance(rule, Rows) else AREA
    olds, news = _by_key(old), _by_key(new)
    for key in sorted(olds.keys() | news.keys()):
        where, words = f"{path}[{key - 1}]", (*labels, f"{translate(word)} {key}")
        if key in olds and key in news:
            yield from _between(olds[key], news[key], where, words, translate)
        else:
            yield _difference(where, words, olds.get(key), news.get(key))


def _by_key(rows: Sequence[Any]) -> dict[int, Any]:
    """Numbers as people say them: of the area, or counted from 1."""
    return {one.number if isinstance(one, AreaSettings) else n: one for n, one in enumerate(rows, start=1)}


def _difference(path: str, words: tuple[str, ...], before: Any, after: Any) -> Difference:
    return Difference(path, " · ".join(words), plain(before), plain(after))
