"""Addresses come redacted from a file of ours: read back like that, they mean what is stored."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from cameras.extensions.problems import Problem, SettingsError, gettext_noop, joined
from portal.common.redact import redact

_HIDDEN = re.compile(r"://\*\*\*@|[=/]\*\*\*|\b(?:bearer|basic|digest) \*\*\*", re.IGNORECASE)


def unredacted(wanted: Any, stored: Any) -> Any:
    """`wanted`, with the texts of `stored` where it says them redacted. Raises SettingsError for any other ***."""
    whole = _put_back(wanted, stored)
    problems = list(_hidden(whole, stored, ""))
    if problems:
        raise SettingsError(problems)
    return whole


def _put_back(wanted: Any, stored: Any) -> Any:
    if isinstance(wanted, str):
        return stored if isinstance(stored, str) and wanted == redact(stored) else wanted
    if isinstance(wanted, Mapping):
        old = stored if isinstance(stored, Mapping) else {}
        return {name: _put_back(value, old.get(name)) for name, value in wanted.items()}
    if isinstance(wanted, list):
        rows = stored if isinstance(stored, list) else []
        return [_put_back(value, rows[place] if place < len(rows) else None) for place, value in enumerate(wanted)]
    return wanted


def _hidden(whole: Any, stored: Any, path: str) -> Iterator[Problem]:
    if isinstance(whole, Mapping):
        old = stored if isinstance(stored, Mapping) else {}
        for name, value in whole.items():
            yield from _hidden(value, old.get(name), joined(path, str(name)))
    elif isinstance(whole, list):
        for place, value in enumerate(whole):
            yield from _hidden(value, None, f"{path}[{place}]")
    elif isinstance(whole, str) and whole != stored and _HIDDEN.search(whole):
        yield Problem(path, gettext_noop("*** stands for what is stored, and nothing like it is stored here."))
