"""Which kinds of destinations people can add: those that something sends, and that no camera's settings make."""

from notifications.kinds import KINDS
from notifications.kinds.base import Kind
from notifications.senders import SENDERS


def kind_list() -> list[Kind]:
    """In the order of `KINDS`."""
    return [kind for name, kind in KINDS.items() if name in SENDERS and not kind.managed]
