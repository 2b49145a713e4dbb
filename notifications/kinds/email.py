"""E-mail: alarms for people, with the picture of the moment and a limit on how many mails come (OUT-6).

The mail server is the portal's own (docs/operations.md); a destination only says who gets the mails.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cameras.extensions.fields import Number, Switch
from cameras.extensions.problems import Problem, gettext_noop
from cameras.extensions.rule import setting
from cameras.extensions.texts import Text
from notifications.kinds.base import Kind

MOST_ADDRESSES = 20
LEAST_EXPIRY_S = 7200
"""What comes behind the last mail of an hour waits that hour, and some time until somebody looks: it must not expire
while it waits for its digest."""
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~\-]{1,64}@[A-Za-z0-9]([A-Za-z0-9.\-]{0,253}[A-Za-z0-9])?")

_TO = Text(
    gettext_noop("Addresses"),
    2000,
    least=1,
    pattern=r"[\x21-\x7e \r\n]",
    allowed=gettext_noop("printable single-byte characters"),
    lines=True,
    help=gettext_noop("One in a line; everybody sees the others."),
)
_SNAPSHOT = Switch(
    gettext_noop("Snapshot"), help=gettext_noop("On: the picture of the alarm's start is attached, where there is one.")
)
_PER_HOUR = Number(
    gettext_noop("Mails per hour"),
    1,
    120,
    help=gettext_noop(
        "At most so many; the last one tells of everything that waits, and later ones of what came since."
    ),
)


@dataclass(frozen=True, slots=True)
class EmailSettings:
    """Who gets mails, and how many."""

    to: str = setting(_TO, "")
    snapshot: bool = setting(_SNAPSHOT, True)
    per_hour: int = setting(_PER_HOUR, 20)


def addresses(settings: EmailSettings) -> Sequence[str]:
    """Each once, in their order."""
    return tuple(dict.fromkeys(line.strip() for line in settings.to.splitlines() if line.strip()))


def _check(settings: EmailSettings) -> Iterator[Problem]:
    found = addresses(settings)
    if not found:
        yield Problem("to", gettext_noop("An address is needed."))
    if len(found) > MOST_ADDRESSES:
        text = gettext_noop("%(count)s addresses are too many; at most %(most)s are possible.")
        yield Problem("to", text, {"count": str(len(found)), "most": str(MOST_ADDRESSES)})
    for address in found:
        if not _ADDRESS.fullmatch(address):
            text = gettext_noop("“%(address)s” is no mail address; expected is one as in guard@example.org in a line.")
            yield Problem("to", text, {"address": address[:80]})


EMAIL = Kind(
    name="email",
    label=gettext_noop("E-mail"),
    settings=EmailSettings,
    check=_check,
    server=lambda _settings: "",
    carries=lambda _record, _config: True,
    usual=("started", "ended"),
    least_expiry_s=LEAST_EXPIRY_S,
)
