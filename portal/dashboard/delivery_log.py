"""One page of the log of deliveries, in the order that the address asks for (UI 1).

The newest first is the usual one: its pages begin behind a number, so that rows that come meanwhile move nothing. In
every other order they are counted.
"""

from dataclasses import dataclass
from typing import Any

from django.db.models import F, QuerySet
from django.http import QueryDict

from notifications.models import Notification
from notifications.selectors import held_up_fill
from portal.dashboard.delivery_page import PAGE
from portal.dashboard.selection import id_of

USUAL = "queued"
MOST_PAGES = 1000
_TOOK = F("ended_at") - F("queued_at")
_ORDERS: dict[str, tuple[Any, ...]] = {
    "queued": ("-number",),
    "-queued": ("number",),
    "state": ("state", "-number"),
    "-state": ("-state", "-number"),
    "message": ("event", "alarm__camera_name", "-number"),
    "-message": ("-event", "-alarm__camera_name", "-number"),
    "destination": ("destination__name", "destination", "-number"),
    "-destination": ("-destination__name", "-destination", "-number"),
    "took": (_TOOK.desc(nulls_last=True), "-number"),
    "-took": (_TOOK.asc(nulls_last=True), "-number"),
}


@dataclass(frozen=True, slots=True)
class LogPage:
    """sort: of `_ORDERS`.    before, next_page: where the next page begins, in the one way or the other; 0 for none."""

    rows: list[Notification]
    sort: str
    is_first: bool
    before: int = 0
    next_page: int = 0


def log_page(found: QuerySet[Notification], query: QueryDict) -> LogPage:
    """`?sort=`, and `?before=` or `?page=`; what they cannot mean is left out."""
    sort = query.get("sort", USUAL) if query.get("sort", USUAL) in _ORDERS else USUAL
    found = found.order_by(*_ORDERS[sort])
    page = _behind(found, id_of(query.get("before", ""))) if sort == USUAL else _counted(found, sort, query)
    held_up_fill(notifications=page.rows)
    return page


def _behind(found: QuerySet[Notification], before: int) -> LogPage:
    rows = list((found.filter(number__lt=before) if before else found)[: PAGE + 1])
    older = rows[PAGE - 1].number if len(rows) > PAGE else 0
    return LogPage(rows[:PAGE], USUAL, not before, before=older)


def _counted(found: QuerySet[Notification], sort: str, query: QueryDict) -> LogPage:
    page = min(max(id_of(query.get("page", "")), 1), MOST_PAGES)
    rows = list(found[(page - 1) * PAGE : page * PAGE + 1])
    more = len(rows) > PAGE and page < MOST_PAGES
    return LogPage(rows[:PAGE], sort, page == 1, next_page=page + 1 if more else 0)
