"""What is wrong with settings: every problem with its path, its message, and the parts a translator needs."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType


def gettext_noop(text: str) -> str:
    """Mark a text for translation: `makemessages` collects it by this name, the Django side translates it later."""
    return text


TRANSLATED = frozenset({"label", "characters"})  # all other values of a message are data


def joined(place: str, path: str) -> str:
    """The path of `path` inside `place`: "http" and "destinations[0].port" are "http.destinations[0].port"."""
    return f"{place}{path}" if path.startswith("[") or not place or not path else f"{place}.{path}"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong.

    path: where, as in "areas[1].time_s"; list positions start at 0 as in JSON. Empty for the whole.
    template, values: the message with %(name)s places; those of TRANSLATED are texts to translate, too.
    """

    path: str
    template: str
    values: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def message(self) -> str:
        """The message in English."""
        return self.translated(str)

    def translated(self, translate: Callable[[str], str]) -> str:
        """The message in the language of `translate`, usually Django's gettext."""
        values = {name: translate(text) if name in TRANSLATED else text for name, text in self.values.items()}
        return translate(self.template) % values

    def below(self, place: str) -> "Problem":
        """The same as it is called from outside: `place` is what holds it, as in "http" or "areas[1]"."""
        return replace(self, path=joined(place, self.path))


class SettingsError(ValueError):
    """Settings that were refused; nothing of them is applied. Carries every problem, not only the first."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(f"{p.path}: {p.message}" if p.path else p.message for p in self.problems))


class RefusedError(ValueError):
    """One value that does not fit its setting; whoever reads the settings adds the path."""

    def __init__(self, template: str, **values: str) -> None:
        self.template = template
        self.values = values
        super().__init__(template % values)

    def at(self, path: str) -> Problem:
        """The problem of this value at its place."""
        return Problem(path, self.template, MappingProxyType(self.values))


def show(value: object) -> str:
    """A refused value as its sender wrote it (JSON), cut to 40 characters so that a message stays one line."""
    text = json.dumps(value, ensure_ascii=False, default=repr)
    text = text.encode(errors="backslashreplace").decode()  # a lone surrogate could not be printed or answered
    return text if len(text) <= 40 else text[:39] + "…"
