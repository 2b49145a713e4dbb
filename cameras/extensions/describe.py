"""Every setting as plain JSON: what forms, browsers, the API's schema and the documentation are made from.

    describe()  ->  {"tabs": [{"name", "label"}], "fields": [field], "secrets": [field], "rules": {path: sentence}}
    field       ->  {"key", "tab", "label", "help", "unit", "kind", "default", "messages", …limits, "fields": [field]}

kind: number, switch, choice, several, text, time, polygon, thresholds; group, rows and areas hold `fields`.
limits: low, high, step (number); options (choice, several); least, longest, pattern, lines (text); most (rows, areas).
messages: the sentence of each refusal by a short word, with %(value)s and what only the moment knows still open.
rules: what has to hold between settings that lie in no group, said at the path of one of them.
"""

from collections.abc import Callable
from dataclasses import MISSING, Field, fields
from typing import Any

from cameras.extensions.occupancy import OccupancySettings, plain
from cameras.extensions.problems import TRANSLATED
from cameras.extensions.rule import Rule, rule_of
from cameras.extensions.secret_rules import SECRETS, secrets_of
from cameras.extensions.tabs import tabs_with

Translate = Callable[[str], str]
Described = dict[str, Any]


def describe(settings_class: Any = OccupancySettings, *, translate: Translate = str, slots: bool = False) -> Described:
    """slots: whether an on-site learning slot is in use; without one its settings are left out (OCC-31)."""
    return {
        "tabs": [{"name": name, "label": translate(label)} for name, label in tabs_with(settings_class).items()],
        "fields": described_fields(settings_class, translate=translate, slots=slots),
        "secrets": [_secret(name, translate) for name in secrets_of(settings_class)],
        "rules": {path: translate(text) for path, text in getattr(settings_class, "RULES", {}).items()},
    }


def described_fields(settings_class: Any, *, translate: Translate = str, slots: bool = False) -> list[Described]:
    """The fields of one settings dataclass, those inside of them included."""
    shown = [one for one in fields(settings_class) if slots or not one.metadata["needs_slot"]]
    return [_field(one, translate, slots) for one in shown]


def default_of(one: Field[Any]) -> Any:
    """The default of a field, in its own type."""
    return one.default if one.default_factory is MISSING else one.default_factory()


def sentences(rule: Rule, translate: Translate = str) -> dict[str, str]:
    """The refusals of a rule with its own words put in; %(value)s and the like stay for whoever refuses."""
    words = {"label": translate(rule.label)}
    words |= {name: translate(text) if name in TRANSLATED else text for name, text in rule.words().items()}
    return {reason: translate(text) % _Open(words) for reason, text in rule.sentences().items()}


def _field(one: Field[Any], translate: Translate, slots: bool) -> Described:
    rule = rule_of(one)
    found = {"key": one.name, "tab": one.metadata["tab"], **described_rule(rule, translate)}
    found["default"] = plain(default_of(one))
    if inside := rule.inside():
        found["fields"] = described_fields(inside, translate=translate, slots=slots)
    return found


def _secret(name: str, translate: Translate) -> Described:
    return {"key": name, "tab": name.partition("_")[0], **described_rule(SECRETS[name], translate)}


def described_rule(rule: Rule, translate: Translate) -> Described:
    """One rule, as a field is described, without key, tab and default."""
    limits = rule.limits()
    if "options" in limits:
        limits["options"] = [{**option, "label": translate(option["label"])} for option in limits["options"]]
    help_text = translate(rule.help) if rule.help else ""  # gettext("") is the header of the catalogue
    words = {"kind": rule.kind, "label": translate(rule.label), "help": help_text, "unit": getattr(rule, "unit", "")}
    return words | limits | {"messages": sentences(rule, translate)}


class _Open(dict[str, str]):
    """The words of a sentence; a place that nobody can fill in yet stays as it is."""

    def __missing__(self, name: str) -> str:
        return f"%({name})s"
