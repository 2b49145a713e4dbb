"""One run over a file: in whose name, whether it may take away, what went wrong, and where secrets come from."""

import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from cameras.extensions.problems import Problem, SettingsError, gettext_noop, joined, show
from portal.accounts.models import User
from portal.common.errors import ConflictError
from portal.configuration.errors import Fault
from portal.configuration.writing import KEEP

MOST_SECRET_BYTES = 64_000  # a client key in PEM is the longest


@dataclass(slots=True)
class Work:
    """prune: what the file does not name goes, wherever it has a list of such things.

    written: path -> an object of now as a file has it.    local: whoever runs it may read this machine's environment
    and files anyway.    left: what cannot be done yet, and why.    made: what the portal made and shows once, by path:
    secrets of new destinations, addresses of new counters.
    """

    user: User
    written: Mapping[str, Any] = field(default_factory=dict)
    prune: bool = False
    local: bool = False
    faults: list[Fault] = field(default_factory=list)
    left: list[Fault] = field(default_factory=list)
    made: dict[str, dict[str, str]] = field(default_factory=dict)

    @contextmanager
    def at(self, path: str) -> Iterator[None]:
        """What is refused inside is noted under this path and taken back; the others are still looked at."""
        try:
            with transaction.atomic():
                yield
        except SettingsError as exc:
            self.faults += [Fault(joined(path, one.path), one.translated(_)) for one in exc.problems]
        except ValidationError as exc:
            self.faults += list(_faults(exc, path))
        except ConflictError as exc:
            self.faults.append(Fault(path, str(exc)))

    def leave(self, path: str, detail: str) -> None:
        """Something of the file cannot be done yet, and all else can."""
        self.left.append(Fault(path, detail))

    def each(self, wanted: Mapping[str, Any], path: str, put: Callable[[str, Any, str], None]) -> None:
        """`put(key, what is wanted, path)` of every object of a list of the file."""
        for key, one in wanted.items():
            place = f"{path}.{key}"
            with self.at(place):
                put(key, one, place)

    def differing(self, wanted: Mapping[str, Any], path: str) -> dict[str, Any]:
        """Those of a list that are not as the file says. Only for what nothing else of a file has a say in."""
        return {key: one for key, one in wanted.items() if one != self.written.get(f"{path}.{key}")}

    def gone(self, wanted: Mapping[str, Any] | None, there: Iterable[Any], named: str = "key") -> list[Any]:
        """Those rows that have to go. None: the file has no such list, and everything stays."""
        if not self.prune or wanted is None:
            return []
        return [row for row in there if getattr(row, named) not in wanted]

    def secrets(self, wanted: Mapping[str, Any]) -> dict[str, str]:
        """New secrets by name; those that are kept are left out. Raises SettingsError."""
        found: dict[str, str] = {}
        problems: list[Problem] = []
        for name, source in wanted.get("secrets", {}).items():
            try:
                text = self._secret(source)
            except SettingsError as refused:
                problems += [problem.below(f"secrets.{name}") for problem in refused.problems]
            else:
                found |= {} if text is None else {name: text}
        if problems:
            raise SettingsError(problems)
        return found

    def _secret(self, source: Any) -> str | None:
        if source == KEEP:
            return None
        if not isinstance(source, Mapping) or len(source) != 1 or not set(source) <= {"env", "file"}:
            template = gettext_noop("“keep”, {env: NAME} or {file: PATH} is expected, never a secret itself.")
            raise SettingsError([Problem("", template)])
        if not self.local:
            template = gettext_noop("Only “manage.py config” reads secrets from the machine; here “keep” is expected.")
            raise SettingsError([Problem("", template)])
        ((kind, name),) = source.items()
        return _from_environment(name) if kind == "env" else _from_file(name)


@contextmanager
def inside(name: str, *beside: str) -> Iterator[None]:
    """What is refused of settings is told below `name`, unless it stands beside them."""
    try:
        yield
    except SettingsError as refused:
        first = re.compile(r"[.\[]")
        problems = [one if first.split(one.path)[0] in beside else one.below(name) for one in refused.problems]
        raise SettingsError(problems) from refused


def needed(wanted: Mapping[str, Any], names: Iterable[str]) -> None:
    """Raises ValidationError naming what something new cannot be without."""
    if missing := [name for name in names if name not in wanted]:
        raise ValidationError({name: [_("Something new needs it, and it is not in the file.")] for name in missing})


def _from_environment(name: Any) -> str:
    if isinstance(name, str) and name in os.environ:
        return os.environ[name]
    raise SettingsError([Problem("env", gettext_noop("%(name)s is not set in the environment."), {"name": show(name)})])


def _from_file(name: Any) -> str:
    """Without the line end that editors put behind it."""
    try:
        with Path(str(name)).open(encoding="utf-8") as file:
            text = file.read(MOST_SECRET_BYTES)
    except (OSError, ValueError) as exc:
        template = gettext_noop("%(name)s cannot be read as text.")
        raise SettingsError([Problem("file", template, {"name": show(name)})]) from exc
    return text.removesuffix("\n").removesuffix("\r")


def _faults(refused: ValidationError, path: str) -> Iterator[Fault]:
    if not hasattr(refused, "error_dict"):
        yield from (Fault(path, message) for message in refused.messages)
        return
    for name, messages in refused.message_dict.items():
        place = path if name == "__all__" else joined(path, name)
        yield from (Fault(place, message) for message in messages)
