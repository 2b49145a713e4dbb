"""The form of a destination: for whom, its kind's settings and secrets, what it is told (OUT-1, OUT-5, OUT-11)."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _

from cameras.extensions.describe import described_rule
from cameras.extensions.fields import Number
from cameras.extensions.problems import SettingsError, gettext_noop
from cameras.extensions.rule import Rule
from cameras.extensions.texts import Text
from notifications.kinds import KINDS
from notifications.kinds.base import EVENTS, Kind
from notifications.models import Destination
from notifications.models.destination import DAY_S
from portal.dashboard.config_form import About, ConfigForm, Described, number

HOUR_S = 3600
EXPIRIES_S = (HOUR_S, 2 * HOUR_S, 6 * HOUR_S, 12 * HOUR_S, DAY_S, 2 * DAY_S, 7 * DAY_S)
LAST_POSITION = 99
LONGEST_NAME = 80
NEEDS_NAME = gettext_noop("A destination needs a name.")
POSITIONS = gettext_noop("A whole number from 1 to %(most)s.")
_FACTS = ("name", "position", "enabled", "simulated", "expiry_s", "events")
_MODEL_PLACES = {"__all__": "name", "camera": "target", "site": "target", "kind": "form"}


class DestinationForm(ConfigForm):
    """values: name, position, enabled, simulated, expiry_s, events, as they are shown.    is_new: not saved yet."""

    def __init__(
        self,
        kind: Kind,
        values: Mapping[str, Any],
        *,
        config: Mapping[str, Any] | None = None,
        secrets_set: Iterable[str] = (),
        is_new: bool = True,
    ) -> None:
        super().__init__(Described(kind.settings, kind.secrets, frozenset(kind.fresh())), config or {}, secrets_set)
        self.kind, self.values, self.is_new = kind, dict(values), is_new
        self.places = ("form", *(("target",) if is_new else ()), "name", "position", "events", "expiry_s")

    @classmethod
    def new(cls, kind: Kind) -> "DestinationForm":
        """With the defaults."""
        plain = {"name": "", "position": 1, "enabled": True, "simulated": True, "expiry_s": DAY_S}
        return cls(kind, {**plain, "events": list(kind.usual)})

    @classmethod
    def of(cls, destination: Destination, secrets_set: Iterable[str]) -> "DestinationForm":
        """With what is saved; what a newer portal has added stands at its default."""
        values = {name: getattr(destination, name) for name in _FACTS}
        facts = {"config": destination.config, "secrets_set": secrets_set, "is_new": False}
        return cls(KINDS[destination.kind], values, **facts)

    def read(self, posted: QueryDict) -> None:
        """Take what was typed, and look through all of it."""
        super().read(posted)
        self.values = {
            "name": posted.get("name", "").strip(),
            "position": number(posted.get("position", "1")),
            "enabled": "enabled" in posted,
            "simulated": "simulated" in posted,
            "expiry_s": number(posted.get("expiry_s", "")),
            "events": posted.getlist("events"),
        }
        self._check()

    def facts(self) -> dict[str, Any]:
        """For the services."""
        return {**self.values, "config": self.config, "secrets": self.secrets}

    def take_invalid(self, refused: ValidationError) -> None:
        """What a service refused of the other fields, each at its place."""
        for name, messages in refused.message_dict.items():
            for message in messages:
                self.add(_MODEL_PLACES.get(name, name), message)

    @property
    def makes_secret(self) -> bool:
        """Whether the portal makes a secret where none is typed."""
        return self.is_new and bool(self.kind.fresh())

    @property
    def events(self) -> list[tuple[str, str, bool]]:
        """Word, name and whether it is told."""
        return [(name, _(EVENTS[name]), name in self.values["events"]) for name in self.kind.events]

    @property
    def expiries(self) -> list[tuple[int, str]]:
        """The choices that fit the kind, and what was set by API."""
        current = self.values["expiry_s"]
        choices = {one for one in EXPIRIES_S if one >= self.kind.least_expiry_s}
        return [(one, _span(one)) for one in sorted({*choices, *([current] if isinstance(current, int) else [])})]

    @property
    def script(self) -> dict[str, About]:
        """See `ConfigForm.script`."""
        name = _named(Text("", LONGEST_NAME, least=1), _(NEEDS_NAME))
        position = _named(Number("", 1, LAST_POSITION), _(POSITIONS) % {"most": LAST_POSITION})
        return {**super().script, "name": name, "position": position}

    def _check(self) -> None:
        """Everything that is wrong, at once: a service would stop at the first kind of it."""
        if not self.values["name"]:
            self.add("name", _(NEEDS_NAME))
        position = self.values["position"]
        if not isinstance(position, int) or not 1 <= position <= LAST_POSITION:
            self.add("position", _(POSITIONS) % {"most": LAST_POSITION})
        kind = self.kind
        events, secrets = self.values["events"], self.secrets
        for check, given in ((kind.read, self.config), (kind.read_events, events), (kind.read_secrets, secrets)):
            try:
                check(given)
            except SettingsError as refused:
                self.take(refused)


def _named(rule: Rule, sentence: str) -> About:
    """A rule whose every refusal is the same sentence."""
    return {**described_rule(rule, _), "messages": dict.fromkeys(rule.sentences(), sentence)}


def _span(seconds: int) -> str:
    """1 h, 24 h, 7 days."""
    if seconds % DAY_S == 0 and seconds > DAY_S:
        return _("%(count)s days") % {"count": seconds // DAY_S}
    if seconds % HOUR_S == 0:
        return _("%(count)s h") % {"count": seconds // HOUR_S}
    return _("%(count)s s") % {"count": seconds}
