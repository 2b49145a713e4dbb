"""What every kind of setting shares: the words of its refusals, and how a settings dataclass carries its rules."""

from collections.abc import Mapping
from dataclasses import Field, field, fields
from typing import Any, ClassVar

from cameras.extensions.problems import RefusedError, show


class Rule:
    """What form, browser, API and documentation have to know about a value, and the one place where it is checked.

    label, help: plain English.    kind: the name of the kind for browsers and programs.    templates: the sentence of
    each refusal by a short word, with %(label)s, %(value)s and the names of `words`; `sentences` chooses among them.
    """

    __slots__ = ()
    kind: ClassVar[str]
    templates: ClassVar[Mapping[str, str]] = {}
    label: str
    help: str

    def clean(self, value: object) -> Any:
        """The value in its own type. Raises RefusedError when it does not fit; what holds others, SettingsError."""
        raise NotImplementedError

    def limits(self) -> dict[str, Any]:
        """What the rule accepts, as plain JSON for `describe`: low and high, options, longest."""
        return {}

    def words(self) -> dict[str, str]:
        """The limits as they stand in the sentences."""
        return {}

    def sentences(self) -> Mapping[str, str]:
        """The sentence of each refusal that this very rule may raise."""
        return self.templates

    def inside(self) -> type | None:
        """The settings dataclass that the value is made of, None for a simple value."""
        return None

    def refused(self, reason: str, value: object, **more: str) -> RefusedError:
        """The refusal to raise: `reason` is a key of `sentences`."""
        return RefusedError(self.sentences()[reason], label=self.label, **self.words(), value=show(value), **more)


def setting(rule: Rule, default: Any, *, tab: str = "", needs_slot: bool = False) -> Any:
    """A dataclass field that carries its rule; read back with `settings_of`.

    tab: of the settings screen.    needs_slot: only shown while an on-site learning slot is in use (OCC-31).
    """
    metadata = {"rule": rule, "tab": tab, "needs_slot": needs_slot}
    if isinstance(default, dict):
        return field(default_factory=default.copy, metadata=metadata)
    return field(default=default, metadata=metadata)


def settings_of(settings_class: Any) -> dict[str, Rule]:
    """The rule of each field of a settings dataclass, in the order of the definition."""
    return {one.name: rule_of(one) for one in fields(settings_class)}


def rule_of(one: Field[Any]) -> Rule:
    """The rule that a field was defined with."""
    rule: Rule = one.metadata["rule"]
    return rule
