"""A form made from what settings say of themselves: a dataclass of rules, and secrets that go in only."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from cameras.extensions.describe import described_fields, described_rule
from cameras.extensions.problems import SettingsError
from cameras.extensions.texts import Text
from notifications.problems import placed
from portal.dashboard.settings_fields import FormField

About = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ConfigField(FormField):
    """A setting or a secret.    errors: what is wrong with it.    clears: it can be taken away."""

    errors: tuple[str, ...] = ()
    clears: bool = False


@dataclass(frozen=True, slots=True)
class Described:
    """What a form is made from.    rules: of the secrets.    lasting: those of them that cannot be taken away.

    without: settings that the form does not show.
    """

    settings: type
    rules: Mapping[str, Text]
    lasting: frozenset[str] = frozenset()
    without: frozenset[str] = frozenset()

    def about(self) -> list[dict[str, Any]]:
        """Every setting that is shown, in the visitor's language."""
        return [one for one in described_fields(self.settings, translate=_) if one["key"] not in self.without]


class ConfigForm:
    """config: the settings as they are shown.    secrets: those that were typed.    errors: path -> sentences.

    places: further places of the form where something can be wrong; the first is for what belongs to no field.
    """

    places: tuple[str, ...] = ("form",)

    def __init__(self, described: Described, config: Mapping[str, Any], secrets_set: Iterable[str]) -> None:
        self._described, self._about = described, described.about()
        self.config = {one["key"]: one["default"] for one in self._about} | dict(config)
        self.secrets_set = frozenset(secrets_set)
        self.secrets: dict[str, str] = {}
        self.errors: dict[str, list[str]] = {}

    def read(self, posted: QueryDict) -> None:
        """Take what was typed, numbers as such."""
        self.config = {one["key"]: _typed(one, posted, f"config.{one['key']}") for one in self._about}
        typed = {name: lines(posted.get(f"secrets.{name}", "")) for name in self._described.rules}
        cleared = dict.fromkeys((one for one in posted.getlist("clear") if one in self.secrets_set), "")
        self.secrets = {**cleared, **{name: text for name, text in typed.items() if text}}

    def take(self, refused: SettingsError) -> None:
        """What a service refused, each at its place."""
        for problem in placed(refused):
            self.add(problem.path, problem.translated(_))

    def add(self, path: str, message: str) -> None:
        """Something is wrong at a place, or in the whole where there is no such place."""
        known = {*self.places, *(one.path for one in self._all())}
        self.errors.setdefault(path if path in known else self.places[0], []).append(message)

    @property
    def fields(self) -> list[ConfigField]:
        return [self._field(f"config.{one['key']}", one, self.config.get(one["key"])) for one in self._about]

    @property
    def secret_fields(self) -> list[ConfigField]:
        """Their values are never shown."""
        return [self._secret(name, rule) for name, rule in self._described.rules.items()]

    @property
    def mistakes(self) -> list[tuple[str, list[str]]]:
        """Every place that can be wrong, by the id of its sentence."""
        return [(name, self.errors.get(name, [])) for name in self.places] + [
            (one.id, list(one.errors)) for one in self._all()
        ]

    @property
    def script(self) -> dict[str, About]:
        """What the page's script checks while somebody types: the description of each field by its path."""
        return {one.path: one.about for one in self._all()}

    def _all(self) -> list[ConfigField]:
        return [*self.fields, *self.secret_fields]

    def _secret(self, name: str, rule: Text) -> ConfigField:
        is_set = name in self.secrets_set
        clears = is_set and name not in self._described.lasting
        about = {"key": name, **described_rule(rule, _)}
        return self._field(f"secrets.{name}", about, "", is_set=is_set, clears=clears)

    def _field(self, path: str, about: About, value: Any, **more: Any) -> ConfigField:
        return ConfigField(path, about, value, errors=tuple(self.errors.get(path, ())), **more)


def _typed(about: About, posted: QueryDict, path: str) -> Any:
    text = posted.get(path, "")
    match about["kind"]:
        case "switch":
            return path in posted
        case "several":
            return posted.getlist(path)
        case "number":
            return number(text)
        case "choice":
            return next((one["value"] for one in about["options"] if str(one["value"]) == text), text)
        case _:
            return lines(text)


def number(text: str) -> int | float | str:
    """The text itself where it is none: its rule refuses it in its own words."""
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text


def lines(text: str) -> str:
    """Browsers send line ends as CRLF."""
    return text.replace("\r\n", "\n")
