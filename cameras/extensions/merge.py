"""A part of the settings put onto all of them: what PATCH sends, and what a profile carries (API-2, EXT-5)."""

from collections.abc import Mapping, Sequence
from typing import Any

from cameras.extensions.fields import is_list
from cameras.extensions.mqtt import MqttSettings
from cameras.extensions.nested import Rows
from cameras.extensions.occupancy import Areas, OccupancySettings
from cameras.extensions.rule import Rule, settings_of

Form = Mapping[str, Any]


def merged(whole: Form, part: Form, settings_class: Any = OccupancySettings) -> dict[str, Any]:
    """`whole` with the values of `part`, both JSON; nothing is checked here, so that `from_json` says what is wrong.

    Groups are merged value by value. Areas meet by number, and those that are given come first, so that a problem names
    the place where it was sent; destinations meet by place; zones and bands are replaced as a whole.
    """
    rules = settings_of(settings_class)
    known = {name: _value(rules[name], whole.get(name), value) for name, value in part.items() if name in rules}
    return {**whole, **part, **known}


def of_profile(whole: Form, part: Form) -> dict[str, Any]:
    """`whole` with the tabs of `part`. The MQTT client id stays its own: a broker drops the elder of two that share."""
    if "server" not in part.get("mqtt", {}):
        return {**whole, **part}
    own = {"server": {"client_id": whole["mqtt"]["server"]["client_id"]}}
    return {**whole, **part, "mqtt": merged(part["mqtt"], own, MqttSettings)}


def as_from_the_factory(whole: Form, settings_class: Any = OccupancySettings) -> dict[str, Any]:
    """The defaults, with the ignore zones and, where there is one, the MQTT server of `whole` (EXT-6)."""
    default = settings_class().to_json()
    server = {name: value for name, value in whole["mqtt"].items() if name == "server"}
    return {**default, "ignore_zones": whole["ignore_zones"], "mqtt": {**default["mqtt"], **server}}


def _value(rule: Rule, old: Any, new: Any) -> Any:
    inside = rule.inside()
    if inside is None or old is None:
        return new
    if isinstance(rule, Areas) and is_list(new):
        return _areas(old, new)
    if isinstance(rule, Rows):
        return _by_place(old, new, inside) if rule.fixed and is_list(new) else new
    return merged(old, new, inside) if isinstance(new, Mapping) else new


def _areas(old: Sequence[Form], new: Sequence[Any]) -> list[Any]:
    kept = {area["number"]: area for area in old}
    given = [{**kept.get(_number(one), {}), **one} if isinstance(one, Mapping) else one for one in new]
    numbers = {_number(one) for one in new}
    return given + [area for number, area in kept.items() if number not in numbers]


def _number(area: Any) -> int | None:
    number = area.get("number") if isinstance(area, Mapping) else None
    return number if isinstance(number, int) else None


def _by_place(old: Sequence[Form], new: Sequence[Any], inside: type) -> list[Any]:
    given = [
        merged(old[place], one, inside) if place < len(old) and isinstance(one, Mapping) else one
        for place, one in enumerate(new)
    ]
    return [*given, *old[len(given) :]]
