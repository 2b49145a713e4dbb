"""Words and levels for jobs (EXT-1)."""

from django import template

from cameras.models import JobItem

register = template.Library()

_LEVELS = {
    JobItem.State.WAITING: "idle",
    JobItem.State.RUNNING: "busy",
    JobItem.State.DONE: "fine",
    JobItem.State.FAILED: "bad",
    JobItem.State.SKIPPED: "idle",
    JobItem.State.CANCELLED: "warn",
}


@register.filter
def item_level(state: str) -> str:
    """idle, busy, fine, bad or warn: the dot before the word."""
    return _LEVELS[JobItem.State(state)]
