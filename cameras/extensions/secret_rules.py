"""Passwords and keys of the HTTP and MQTT tabs: checked like settings, kept beside them, write-only (DESIGN 7)."""

from collections.abc import Mapping
from typing import Any

from cameras.extensions.http import MOST_DESTINATIONS
from cameras.extensions.nonmask import NonmaskSettings
from cameras.extensions.problems import Problem, RefusedError, SettingsError, gettext_noop
from cameras.extensions.server_rules import PASSWORD, pem
from cameras.extensions.texts import CONTROL, Text

_HTTP = Text(
    gettext_noop("Password"), 63, pattern=f'[^"&{CONTROL}]', forbidden=gettext_noop('", & or control characters')
)
HTTP_PASSWORDS = tuple(f"http_password_{number}" for number in range(1, MOST_DESTINATIONS + 1))
SECRETS: Mapping[str, Text] = {
    **dict.fromkeys(HTTP_PASSWORDS, _HTTP),
    "mqtt_password": PASSWORD,
    "mqtt_client_key": pem(gettext_noop("Client key")),
}
"""Name -> rule. A blank secret is one that is not set."""


def secrets_of(settings_class: Any) -> Mapping[str, Text]:
    """The secrets of an extension; non-mask has none, because the MQTT server is the one of the camera (OUT-3)."""
    return {} if settings_class is NonmaskSettings else SECRETS


def secrets_clean(given: object, rules: Mapping[str, Text] = SECRETS) -> dict[str, str]:
    """New secrets by their names; blank takes one away. The messages never repeat a value. Raises SettingsError."""
    if not isinstance(given, Mapping):
        raise SettingsError([Problem("secrets", gettext_noop("Secrets must be an object of names and texts."))])
    problems = []
    for name, value in given.items():
        if name not in rules:
            problems.append(Problem(f"secrets.{name}", gettext_noop("There is no such secret.")))
            continue
        try:
            rules[name].clean(value)
        except RefusedError as refused:
            problems.append(_silent(refused, name))
    if problems:
        raise SettingsError(problems)
    return dict(given)


def _silent(refused: RefusedError, name: str) -> Problem:
    """The same sentence with *** in place of what was typed."""
    return Problem(f"secrets.{name}", refused.template, {**refused.values, "value": "***"})
