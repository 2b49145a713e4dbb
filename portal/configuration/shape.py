"""Which names a file has, and what each holds. What the values mean is for the services to say."""

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from analytics.engine.combined.settings import CombinedSettings
from cameras.extensions.problems import show
from portal.common.keyed import PATTERN
from portal.configuration.errors import Fault


@dataclass(frozen=True, slots=True)
class Leaf:
    """A value. kinds: of JSON.    expected: in words. What is inside of settings is theirs to check."""

    kinds: tuple[type, ...]
    expected: Any


@dataclass(frozen=True, slots=True)
class Block:
    """Names that are known. needs: without which nothing new can be made.    optional: may be null."""

    names: "Mapping[str, Shape]"
    needs: tuple[str, ...] = ()
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Named:
    """Objects by their keys. keyed: False: by names of people or secrets.    of: the only keys there are, if any."""

    each: "Shape"
    keyed: bool = True
    of: tuple[str, ...] = ()


Shape = Leaf | Block | Named

TEXT = Leaf((str,), gettext_lazy("a text"))
SWITCH = Leaf((bool,), gettext_lazy("true or false"))
WHOLE = Leaf((int,), gettext_lazy("a whole number"))
NUMBER = Leaf((int, float), gettext_lazy("a number"))
LIST = Leaf((list,), gettext_lazy("a list"))
AREAS = Leaf((list,), gettext_lazy("a list of areas, as in door.1"))
SETTINGS = Leaf((dict,), gettext_lazy("names and values"))
SECRET = Leaf((str, dict), gettext_lazy("“keep”, {env: NAME} or {file: PATH}"))
SECRETS = Named(SECRET, keyed=False)
_OF_TYPE: Mapping[Any, Leaf] = {str: TEXT, bool: SWITCH, int: WHOLE, float: NUMBER}

MQTT_SERVER = Block({"config": SETTINGS, "secrets": SECRETS}, ("config",), optional=True)
EXTENSION = Block({"network": TEXT, "schedule": SETTINGS, "settings": SETTINGS, "secrets": SECRETS})
CAMERA = Block(
    {
        "name": TEXT,
        "url": TEXT,
        "mac": TEXT,
        "transport": TEXT,
        "fps": NUMBER,
        "enabled": SWITCH,
        "deactivation_s": WHOLE,
        "rotation": WHOLE,
        "privacy_zones": LIST,
        "secrets": SECRETS,
        "extensions": Named(EXTENSION, of=("occupancy", "nonmask")),
    },
    ("name", "url"),
)
DESTINATION = Block(
    {
        "name": TEXT,
        "kind": TEXT,
        "camera": Leaf((str, type(None)), gettext_lazy("the key of a camera of the site, or null")),
        "position": WHOLE,
        "enabled": SWITCH,
        "events": LIST,
        "simulated": SWITCH,
        "expiry_s": WHOLE,
        "config": SETTINGS,
        "secrets": SECRETS,
    },
    ("name", "kind", "config"),
)
PROFILE = Block(
    {
        "name": TEXT,
        "kind": TEXT,
        "tabs": LIST,
        "aspect": Leaf((int, float, type(None)), gettext_lazy("a number or null")),
        "settings": SETTINGS,
    },
    ("name", "kind", "tabs", "settings"),
)
COMBINED = Block(
    {one.name: _OF_TYPE[one.type] for one in fields(CombinedSettings)} | {"areas": AREAS},
    ("name", "areas"),
)
COUNTER = Block(
    {
        "name": TEXT,
        "how": TEXT,
        "busy_at": WHOLE,
        "full_at": WHOLE,
        "expires_at": Leaf((str, type(None)), gettext_lazy("an instant, as in 2027-01-31T18:00:00+00:00, or null")),
        "areas": AREAS,
        "combined": Leaf((list,), gettext_lazy("a list of keys of combined areas")),
    },
    ("name", "full_at"),
)
PLAN = Block({"name": TEXT, "marks": Leaf((dict,), gettext_lazy("areas and their places, as in door.1: [0.2, 0.5]"))})
SITE = Block(
    {
        "name": TEXT,
        "time_zone": TEXT,
        "blur_faces": SWITCH,
        "keep_clips": SWITCH,
        "media_days": WHOLE,
        "escalation_min": Leaf((int, type(None)), gettext_lazy("minutes, or null")),
        "mqtt_server": MQTT_SERVER,
        "members": Named(TEXT, keyed=False),
        "cameras": Named(CAMERA),
        "combined_areas": Named(COMBINED),
        "public_counters": Named(COUNTER),
        "floor_plans": Named(PLAN),
        "destinations": Named(DESTINATION),
        "profiles": Named(PROFILE),
    },
    ("name",),
)
FILE = Block({"version": WHOLE, "mqtt_server": MQTT_SERVER, "sites": Named(SITE)}, ("version",))


def faults_of(tree: object, shape: Shape = FILE, path: str = "") -> Iterator[Fault]:
    """Every name that is not known, with the nearest that is, and every value of another kind than its own."""
    if isinstance(shape, Leaf):
        yield from _leaf_faults(tree, shape, path)
    elif tree is None and isinstance(shape, Block) and shape.optional:
        return
    elif not isinstance(tree, Mapping):
        yield Fault(path, _("%(value)s was given; names and values are expected.") % {"value": show(tree)})
    else:
        for name, value in tree.items():
            inside = below(path, name)
            if fault := _name_fault(name, shape, inside):
                yield fault
            else:
                yield from faults_of(value, inner(shape, name), inside)


def objects_of(tree: Mapping[str, Any], shape: Block | Named = FILE, path: str = "") -> Iterator[tuple[str, Any]]:
    """Everything that has a key, by its path. `tree` fits the shape."""
    for name, value in tree.items():
        place, inside = below(path, name), inner(shape, name)
        if isinstance(shape, Named):
            yield place, value
        if value is not None and inside is not SECRETS and not isinstance(inside, Leaf):
            yield from objects_of(value, inside, place)


def inner(shape: Block | Named, name: str) -> Shape:
    """What stands under a name that is known."""
    return shape.names[name] if isinstance(shape, Block) else shape.each


def below(path: str, name: object) -> str:
    return f"{path}.{name}" if path else str(name)


def _leaf_faults(value: object, shape: Leaf, path: str) -> Iterator[Fault]:
    if isinstance(value, shape.kinds) and (not isinstance(value, bool) or bool in shape.kinds):
        return
    words = {"value": show(value), "expected": shape.expected}
    yield Fault(path, _("%(value)s was given; %(expected)s is expected.") % words)


def _name_fault(name: object, shape: Block | Named, path: str) -> Fault | None:
    if not isinstance(name, str):
        return Fault(path, _("A name is expected here: put %(name)s in quotes.") % {"name": show(name)})
    known = list(shape.names) if isinstance(shape, Block) else list(shape.of)
    if known and name not in known:
        return Fault(path, _unknown(name, known))
    if isinstance(shape, Named) and shape.keyed and not PATTERN.match(name):
        return Fault(path, _("A key has letters, digits, - and _, and begins with no mark."))
    return None


def _unknown(name: str, known: list[str]) -> str:
    if near := difflib.get_close_matches(name, known, n=1):
        return _("There is no “%(name)s” here; “%(near)s” is the nearest.") % {"name": name, "near": near[0]}
    words = {"name": name, "known": ", ".join(known)}
    return _("There is no “%(name)s” here; there are %(known)s.") % words
