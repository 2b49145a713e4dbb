"""What every kind of destination says about itself, once, for form, API and sender. Plain Python."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from cameras.extensions.fields import Several
from cameras.extensions.nested import Group
from cameras.extensions.occupancy import plain
from cameras.extensions.problems import Problem, RefusedError, SettingsError, gettext_noop
from cameras.extensions.texts import Text
from notifications.record import AlarmRecord

EVENTS = {
    "started": gettext_noop("Alarm started"),
    "repeated": gettext_noop("Alarm repeated"),
    "ended": gettext_noop("Alarm ended"),
    "acknowledged": gettext_noop("Alarm acknowledged"),
    "escalated": gettext_noop("Alarm not acknowledged in time"),
}

USUAL = ("started", "repeated", "ended", "acknowledged")
"""An escalation goes to another destination: to one that asks for it (OPR-7)."""

HIDDEN = "***"
LONGEST_REST_S = 3600  # no kind asks to be left alone for longer
SHORTEST_EXPIRY_S = 60


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of destination.

    settings: a dataclass of rules, see `cameras/extensions/rule.py`; its `check` beside it.    secrets: name -> rule.
    travelling: those of them that the server is shown; they leave with the server they were meant for.
    server: whom the settings name, for that question.    fresh: secrets that the portal makes where none are given.
    events: those it can tell; usual: those it tells unless somebody chooses.    carries: whether its protocol has a
    form for a record, under the settings as they are stored; what is not carried is not queued.    most: that are told
    of one camera, those of its site included.    least_expiry_s: what it sends may have to wait as long by its own
    rules.    managed: the portal makes and changes it after the settings of a camera.
    """

    name: str
    label: str
    settings: type
    server: Callable[[Any], str]
    carries: Callable[[AlarmRecord, Mapping[str, Any]], bool]
    events: tuple[str, ...] = tuple(EVENTS)
    usual: tuple[str, ...] = USUAL
    secrets: Mapping[str, Text] = field(default_factory=dict)
    travelling: frozenset[str] = frozenset()
    fresh: Callable[[], dict[str, str]] = dict
    check: Callable[[Any], Iterable[Problem]] = lambda _settings: ()
    most: int = 20
    least_expiry_s: int = SHORTEST_EXPIRY_S
    managed: bool = False

    def read(self, data: object) -> Any:
        """The settings as their own type. Raises SettingsError with every problem."""
        return Group(self.label, self.settings, check=self.check).clean(data)

    def read_events(self, given: object) -> list[str]:
        """Which events it is told of, in our order. Raises SettingsError."""
        options = {name: EVENTS[name] for name in self.events}
        try:
            return list(Several(gettext_noop("Events"), options).clean(given) or ())
        except RefusedError as refused:
            raise SettingsError([refused.at("events")]) from refused

    def read_secrets(self, given: Mapping[str, str]) -> dict[str, str]:
        """New secrets; the messages never repeat a value. Raises SettingsError."""
        problems = [problem for name, text in given.items() for problem in self._secret_problems(name, text)]
        if problems:
            raise SettingsError(problems)
        return dict(given)

    def to_json(self, settings: Any) -> dict[str, Any]:
        """What the column `config` holds; `read` of it gives equal settings."""
        form: dict[str, Any] = plain(settings)
        return form

    def _secret_problems(self, name: str, text: str) -> Iterable[Problem]:
        path = f"secrets.{name}"
        if name not in self.secrets:
            yield Problem(path, gettext_noop("There is no such secret."))
            return
        try:
            self.secrets[name].clean(text)
        except RefusedError as refused:
            yield Problem(path, refused.template, {**refused.values, "value": HIDDEN})
