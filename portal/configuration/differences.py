"""What differs between two trees, as people read it: objects that come and go, and values from what to what."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from django.utils.crypto import salted_hmac

from portal.common.audit import HIDDEN
from portal.configuration.shape import FILE, SECRETS, Block, Leaf, Named, Shape, below, inner
from portal.configuration.writing import redacted

Action = Literal["create", "change", "delete"]


@dataclass(frozen=True, slots=True)
class Change:
    """before, after: JSON, of a change only; *** for secrets.    mark: which secret, for the digest alone."""

    action: Action
    path: str
    before: Any = None
    after: Any = None
    mark: str = ""

    def shown(self) -> "Change":
        """As it may be shown: without credentials in addresses."""
        return Change(self.action, self.path, redacted(self.before), redacted(self.after))


def changes_between(before: Any, after: Any, shape: Shape = FILE, path: str = "") -> Iterator[Change]:
    """Both of them fit `shape`."""
    if before == after:
        return
    if shape is SECRETS:
        yield from _secrets(before, after, path)
    elif isinstance(shape, Leaf):
        yield from _values(before, after, path)
    elif before is None or after is None:  # a block that is there or not
        yield Change("create" if before is None else "delete", path)
    else:
        for name in dict.fromkeys([*before, *after]):
            yield from _under(before, after, shape, name, below(path, name))


def digest_of(*parts: object) -> str:
    """The same for the same changes, for whoever asks this portal."""
    text = json.dumps(parts, sort_keys=True, default=asdict)
    return salted_hmac("configuration", text, algorithm="sha256").hexdigest()


def _under(before: Any, after: Any, shape: Block | Named, name: str, path: str) -> Iterator[Change]:
    if isinstance(shape, Named) and (name not in before or name not in after):
        there = after if name in after else before
        yield Change("create" if name in after else "delete", path)
        if name in after:
            yield from _inside(there[name], inner(shape, name), path)
    else:
        yield from changes_between(before.get(name), after.get(name), inner(shape, name), path)


def _inside(tree: Any, shape: Shape, path: str) -> Iterator[Change]:
    """The objects that a new one brings along."""
    if not isinstance(shape, Block):
        return
    for name, value in tree.items():
        one = shape.names[name]
        if isinstance(one, Named) and one is not SECRETS:
            yield from changes_between({}, value, one, below(path, name))


def _secrets(before: Mapping[str, str] | None, after: Mapping[str, str] | None, path: str) -> Iterator[Change]:
    old, new = before or {}, after or {}
    for name in dict.fromkeys([*old, *new]):
        if old.get(name, "") != new.get(name, ""):
            hidden, seen = (HIDDEN if one.get(name) else "" for one in (old, new))
            yield Change("change", below(path, name), hidden, seen, mark=new.get(name, ""))


def _values(before: Any, after: Any, path: str) -> Iterator[Change]:
    if before == after:
        return
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for name in dict.fromkeys([*before, *after]):
            yield from _values(before.get(name), after.get(name), below(path, name))
    elif _rows(before) and _rows(after) and len(before) == len(after):
        for place, (old, new) in enumerate(zip(before, after, strict=True)):
            yield from _values(old, new, f"{path}[{place}]")
    else:
        yield Change("change", path, before, after)


def _rows(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(one, Mapping) for one in value)
