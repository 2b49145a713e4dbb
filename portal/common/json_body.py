"""JSON that somebody sends: what no database or no other reader of JSON can hold is refused at the door (SPEC 15).

Python reads more than that: 1e999 as infinity, half of a surrogate pair as a character, a list as deep as its stack.
"""

import json
import math
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

DEEPEST = 50


class JsonRefusedError(ValueError):
    """The message says what is wrong. path: where, as in areas[1].name; empty: the whole is no JSON, or too deep."""

    def __init__(self, message: str, path: str = "") -> None:
        super().__init__(message)
        self.path = path


def json_read(body: bytes) -> Any:
    """What the bytes say. Raises JsonRefusedError."""
    try:
        found = json.loads(body, parse_constant=_refuse)
    except RecursionError as exc:
        raise _too_deep() from exc
    except ValueError as exc:
        raise JsonRefusedError(_("The body must be JSON: %(error)s") % {"error": exc}) from exc
    json_check(found)
    return found


def json_check(value: Any, path: str = "", depth: int = 1) -> None:
    """Whether what was read, of whatever form, can be held. Raises JsonRefusedError."""
    if depth > DEEPEST:
        raise _too_deep()
    if isinstance(value, str):
        _check_text(value, path)
    elif isinstance(value, float | int):
        _check_number(value, path)
    else:
        for place, inner in _below(value, path):
            json_check(inner, place, depth + 1)


def _below(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    if isinstance(value, list):
        yield from ((f"{path}[{place}]", inner) for place, inner in enumerate(value))
    elif isinstance(value, dict):
        for name, inner in value.items():
            _check_text(str(name), path)
            yield f"{path}.{name}".lstrip("."), inner


def _check_text(text: str, path: str) -> None:
    if "\0" in text or not (text.isascii() or _is_whole(text)):
        raise JsonRefusedError(_("A text holds no NUL and no half of a surrogate pair."), path)


def _is_whole(text: str) -> bool:
    """Whether it can be written as UTF-8."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _check_number(number: float, path: str) -> None:
    try:
        finite = math.isfinite(number)
    except OverflowError:
        finite = False
    if not finite:
        raise JsonRefusedError(_("A number lies within ±1.8e308."), path)


def _refuse(name: str) -> None:
    raise ValueError(_("there is no %(name)s in it") % {"name": name})


def _too_deep() -> JsonRefusedError:
    return JsonRefusedError(_("The body is nested deeper than %(most)s levels.") % {"most": DEEPEST})
