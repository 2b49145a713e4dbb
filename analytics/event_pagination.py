"""The list of alarms and the log of events fit together: `after` (API-3, API-6).

Every page says in `after` up to which event it is known to be up to date: whoever follows the log from there misses
nothing. Asked with `after`, the list holds the alarms that changed since, each once and as it is now, by their last
change; one that changes again meanwhile comes again later.
"""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from analytics.event_selectors import alarms_changed, cursor_check, event_log
from portal.common.filters import LARGEST
from portal.common.pagination import StableCursorPagination

AFTER = "The id of an event: what changed since. 410 when the events after it are not kept."


def cursor_of(text: str) -> int:
    """Raises ValidationError for what is no event's id."""
    if text.isdecimal() and text.isascii() and len(text) < 20 and int(text) <= LARGEST:
        return int(text)
    raise ValidationError({"after": [_("Must be the id of an event, a whole number.")]})


class AlarmPagination(StableCursorPagination):
    """Reads `after`, too."""

    keys_first = True

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        asked = request.query_params.get("after")
        if asked is None:
            self._after = event_log().newest  # before the rows are read: they are at least as new
            return super().paginate_queryset(queryset, request, view)
        return self._changed(queryset, request, cursor_of(asked))

    def _changed(self, queryset: Any, request: Request, after: int) -> list[Any]:
        newest, limit = cursor_check(after).newest, self._limit(request)
        rows = list(alarms_changed(queryset, after=after)[: limit + 1])
        cursor_check(after)  # what is removed meanwhile is announced before it goes
        more, rows = len(rows) > limit, rows[:limit]
        self._after = rows[-1].changed if more else max([newest, *(row.changed for row in rows)])
        self._next = self._previous = None
        self._url = request.build_absolute_uri()
        self._going_on = replace_query_param(self._url, "after", self._after) if more else None
        return rows

    def get_paginated_response(self, data: Any) -> Response:
        answer = super().get_paginated_response(data)
        going_on = getattr(self, "_going_on", None) or answer.data["next"]
        return Response(answer.data | {"next": going_on, "after": self._after})

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        page = super().get_paginated_response_schema(schema)
        after = {"type": "integer", "description": "Up to this event the page is up to date; of the first page."}
        properties = page["properties"] | {"after": after}
        return page | {"required": [*page["required"], "after"], "properties": properties}

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        after = {"name": "after", "in": "query", "schema": {"type": "integer", "minimum": 0}, "description": AFTER}
        return [*super().get_schema_operation_parameters(view), after]
