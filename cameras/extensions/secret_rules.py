"""Passwords and keys of the HTTP and MQTT tabs: checked like settings, kept beside them, write-only (DESIGN 7)."""

from collections.abc import Mapping

from cameras.extensions.http import MOST_DESTINATIONS
from cameras.extensions.problems import Problem, RefusedError, SettingsError, gettext_noop
from cameras.extensions.texts import CONTROL, Text

_HTTP = Text(
    gettext_noop("Password"), 63, pattern=f'[^"&{CONTROL}]', forbidden=gettext_noop('", & or control characters')
)
_MQTT = Text(gettext_noop("Password"), 256)
_KEY = Text(
    gettext_noop("Client key"),
    16384,
    pattern=r"[\x20-\x7e\r\n]",
    allowed=gettext_noop("the characters of a PEM file"),
    lines=True,
)

HTTP_PASSWORDS = tuple(f"http_password_{number}" for number in range(1, MOST_DESTINATIONS + 1))
SECRETS: Mapping[str, Text] = {
    **dict.fromkeys(HTTP_PASSWORDS, _HTTP),
    "mqtt_password": _MQTT,
    "mqtt_client_key": _KEY,
}
"""Name -> rule. A blank secret is one that is not set."""


def secrets_clean(given: object) -> dict[str, str]:
    """New secrets by their names; blank takes one away. The messages never repeat a value. Raises SettingsError."""
    if not isinstance(given, Mapping):
        raise SettingsError([Problem("secrets", gettext_noop("Secrets must be an object of names and texts."))])
    problems = []
    for name, value in given.items():
        if name not in SECRETS:
            problems.append(Problem(f"secrets.{name}", gettext_noop("There is no such secret.")))
            continue
        try:
            SECRETS[name].clean(value)
        except RefusedError as refused:
            problems.append(_silent(refused, name))
    if problems:
        raise SettingsError(problems)
    return dict(given)


def _silent(refused: RefusedError, name: str) -> Problem:
    """The same sentence with *** in place of what was typed."""
    return Problem(f"secrets.{name}", refused.template, {**refused.values, "value": "***"})
