"""A tree becomes a file: names below each other in the order of the shape, texts as in JSON, one value a line."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from cameras.extensions.kinds import CLASSES
from portal.common.redact import redact
from portal.configuration.shape import EXTENSION, FILE, SECRETS, Block, Leaf, Named, Shape, inner
from portal.configuration.state import REDACTED

_PLAIN_NAME = re.compile(r"[A-Za-z][\w-]*\Z", re.ASCII)
_WORDS = frozenset({"null", "true", "false"})
# What YAML reads otherwise inside of quotes, or not at all.
_ESCAPED = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]")
KEEP = "keep"


def document_write(tree: Mapping[str, Any]) -> str:
    """tree: of `state.state_read`; secrets become a word that keeps them, credentials in addresses become ***.

    What no file holds is said in its first line: whoever reads it years later has nothing else.
    """
    left_out = _("Not in this file: people and tokens, networks, pictures of floor plans, alarms, counts and clips.")
    return "\n".join([f"# {left_out}", *_block(shown(tree), "")]) + "\n"


def shown(tree: Mapping[str, Any], shape: Block | Named = FILE) -> dict[str, Any]:
    """The same as the file has it."""
    return {name: _value(name, value, inner(shape, name)) for name, value in tree.items()}


def _value(name: str, value: Any, shape: Shape) -> Any:
    """name: what it stands under; a key that people chose means nothing, whatever it is."""
    if isinstance(shape, Leaf):
        return redacted(value) if name in REDACTED else value
    if value is None:
        return None
    if shape is SECRETS:
        return dict.fromkeys(value, KEEP)
    if shape is EXTENSION:
        return shown(value, EXTENSION) | {"settings": _sparse(name, value["settings"])}
    return shown(value, shape)


def redacted(value: Any) -> Any:
    """Without the credentials of any address in it."""
    if isinstance(value, str):
        return redact(value)
    if isinstance(value, list):
        return [redacted(one) for one in value]
    return {name: redacted(one) for name, one in value.items()} if isinstance(value, Mapping) else value


def _sparse(kind: str, settings: Mapping[str, Any]) -> dict[str, Any]:
    """What differs from the factory: what is left out of settings is default."""
    return redacted(_differing(settings, CLASSES[kind]().to_json()))


def _differing(values: Mapping[str, Any], default: Mapping[str, Any]) -> dict[str, Any]:
    found = {}
    for name, value in values.items():
        if name in default and value == default[name]:
            continue
        both = isinstance(value, Mapping) and isinstance(default.get(name), Mapping)
        found[name] = _differing(value, default[name]) if both else value
    return found


def _block(values: Mapping[str, Any], indent: str) -> Iterator[str]:
    for name, value in values.items():
        start = f"{indent}{_name(name)}:"
        if isinstance(value, Mapping) and value:
            yield start
            yield from _block(value, f"{indent}  ")
        elif isinstance(value, list) and value and isinstance(value[0], Mapping):
            yield start
            for row in value:
                yield from _dashed(_block(row, f"{indent}    "), f"{indent}  ")
        else:
            yield f"{start} {_flow(value)}"


def _dashed(lines: Iterator[str], indent: str) -> Iterator[str]:
    """The lines of one row of a list: the first one carries the dash; a row of nothing is {}."""
    first = next(lines, None)
    yield f"{indent}- {'{}' if first is None else first.lstrip()}"
    yield from lines


def _name(name: str) -> str:
    return name if _PLAIN_NAME.match(name) and name not in _WORDS else _flow(name)


def _flow(value: Any) -> str:
    return _ESCAPED.sub(lambda found: f"\\u{ord(found[0]):04x}", json.dumps(value, ensure_ascii=False))
