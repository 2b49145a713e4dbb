"""Reading JSON into a settings dataclass: every field through its rule, every problem collected, none raised alone."""

import difflib
from collections.abc import Mapping
from typing import Any

from cameras.extensions.problems import Problem, RefusedError, SettingsError, gettext_noop, show
from cameras.extensions.rule import settings_of


def read_fields(settings_class: Any, data: object, path: str) -> tuple[dict[str, Any], list[Problem]]:
    """The given values of `settings_class`, cleaned, and what is wrong with them, unknown keys included.

    path: of the object itself, "" for the whole.
    """
    if not isinstance(data, Mapping):
        return {}, [not_an_object(path, data)]
    rules = settings_of(settings_class)
    values: dict[str, Any] = {}
    problems: list[Problem] = []
    for key, value in data.items():
        place = f"{path}.{key}" if path else str(key)
        if key in rules:
            try:
                values[key] = rules[key].clean(value)
            except RefusedError as refused:
                problems.append(refused.at(place))
            except SettingsError as refused:
                problems += [problem.below(place) for problem in refused.problems]
        else:
            problems.append(_unknown(place, key, list(rules)))
    return values, problems


def not_an_object(path: str, data: object) -> Problem:
    """The problem of a list, text or number where an object with settings belongs."""
    return Problem(path, gettext_noop("An object with settings is needed, not %(value)s."), {"value": show(data)})


def _unknown(place: str, key: object, known: list[str]) -> Problem:
    near = difflib.get_close_matches(str(key), known, n=1)
    if near:
        return Problem(place, gettext_noop("There is no such setting; %(near)s is the nearest."), {"near": near[0]})
    return Problem(place, gettext_noop("There is no such setting."))
