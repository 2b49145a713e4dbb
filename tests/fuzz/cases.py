"""Requests: made out of the document alone, or its examples with one thing wrong; about ids that there are.

Addresses of cameras and receivers lead to the portal's own machine, which it never calls (SEC-4): nothing leaves it.
"""

import copy
import re
from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.core import NOT_SET
from schemathesis.schemas import APIOperation

from tests.portal.matrix.routes import thing_of

NOWHERE = "127.0.0.1"
JSON = "application/json"
_HOSTS = {"address", "addresses", "host", "hosts", "server", "url", "interface"}
_URL_HOST = re.compile(r"//[^/:\s]+")
_NAMES = {"to": "camera", "assignee": "person", "user": "person", "extension_of": "camera"}
_NUMBERS = (None, True, 0, -1, 2**31, 2**63, 2**64, 1e308, -0.5)
_TEXTS = ("", " ", "\0", "0", "null", "é\u202e\U0001f600", "x" * 5000, "NaN", "1e999", "2026-02-30")
_TIMES = ("9999-12-31T23:59:59Z", "0001-01-01T00:00:00+14:00")
_SPELLS = ("../../etc/passwd", "%00", "{{7*7}}", "' OR 1=1 --")
_SHAPES = ([], [[]], [None], {}, {"": None}, [{}])
NASTY: tuple[Any, ...] = (*_NUMBERS, *_TEXTS, *_TIMES, *_SPELLS, *_SHAPES)
_DEEP = (b"[" * 100_000, b"[" * 200 + b"]" * 200)
_NUMBERLESS = (b"NaN", b'{"name": 1e999}', b'{"name": 1' + b"0" * 400 + b"}")
RAW = (b"", b"{", b"\xff", b'{"name": "\\ud800"}', b'{"\\ud800": 1}', *_NUMBERLESS, *_DEEP)
"""Bodies that are no JSON, or that no other reader of JSON would take, the one that checks these cases included."""


@dataclass(frozen=True, slots=True)
class Known:
    """Ids of the callers' site, and of the other one, by the name of the thing."""

    ours: Mapping[str, Any]
    theirs: Mapping[str, Any]

    def one(self, thing: str, chance: Random, otherwise: Any) -> Any:
        """Mostly one of ours."""
        if thing not in self.ours or (roll := chance.random()) > 0.9:
            return otherwise
        return self.theirs[thing] if roll > 0.65 else self.ours[thing]


@st.composite
def cases(draw: st.DrawFn, operation: APIOperation[Any, Any, Any, Any], known: Known) -> Any:
    """A request for this operation."""
    case = draw(st.one_of(*(operation.as_strategy(mode) for mode in _modes(operation))))
    chance = draw(st.randoms(use_true_random=False))
    example = _example(operation)
    if example is not None and chance.random() < 0.6:
        case.body, case.media_type = _spoilt(copy.deepcopy(example), chance), JSON
    _aim(case, operation.path, known, chance)
    if case.media_type == JSON and chance.random() < 0.03:
        case.body = chance.choice(RAW)
    return case


def _modes(operation: APIOperation[Any, Any, Any, Any]) -> list[GenerationMode]:
    """Without anything to be said there is nothing to say wrong."""
    says = operation.query or operation.body
    return [GenerationMode.POSITIVE, GenerationMode.NEGATIVE] if says else [GenerationMode.POSITIVE]


def _example(operation: APIOperation[Any, Any, Any, Any]) -> Any:
    body = operation.definition.raw.get("requestBody", {}).get("content", {})
    return body.get(JSON, {}).get("example")


def _spoilt(example: Any, chance: Random) -> Any:
    """With one value replaced, or none."""
    places = list(_places(example))
    if places and chance.random() < 0.7:
        holder, key = chance.choice(places)
        holder[key] = chance.choice(NASTY)
    return example


def _places(value: Any) -> Any:
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in list(entries):
        yield value, key
        yield from _places(inner)


def _aim(case: Any, path: str, known: Known, chance: Random) -> None:
    pattern = path.removeprefix("/").replace("{id}", "<int:id>")
    for name, value in (case.path_parameters or {}).items():
        case.path_parameters[name] = known.one(thing_of(pattern, name), chance, value)
    for name, value in (case.query or {}).items():
        case.query[name] = known.one(name, chance, value)
    if "If-Match" in (case.headers or {}) and chance.random() < 0.8:
        case.headers["If-Match"] = "*"
    if case.body is not NOT_SET:
        case.body = _aimed(case.body, "", known, chance)


def _aimed(value: Any, name: str, known: Known, chance: Random) -> Any:
    """With ids that there are, and addresses that lead nowhere."""
    if isinstance(value, dict):
        return {key: _aimed(inner, str(key), known, chance) for key, inner in value.items()}
    if isinstance(value, list):
        return [_aimed(inner, name, known, chance) for inner in value]
    if isinstance(value, str) and name in _HOSTS:
        return _URL_HOST.sub(f"//{NOWHERE}", value) if "//" in value else NOWHERE
    thing = _NAMES.get(name, name.removesuffix("s") if name not in known.ours else name)
    return known.one(thing, chance, value)
