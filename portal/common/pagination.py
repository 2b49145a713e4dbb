"""Pages by key: `?cursor=` remembers the last row's own values, so what arrives meanwhile moves nothing (API-1).

DRF's own cursor counts an offset among equal values, which slips when a row with the same instant is added.
"""

import base64
import json
from dataclasses import dataclass
from typing import Any, cast

from django.core.exceptions import ValidationError as InvalidValueError
from django.db.models import Field, Model, Q, QuerySet
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

MOST = 500


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a page begins: after the row with these values, or before it when `back`."""

    back: bool
    values: tuple[str, ...]

    def __str__(self) -> str:
        return base64.urlsafe_b64encode(json.dumps([int(self.back), *self.values]).encode()).decode().rstrip("=")

    @classmethod
    def parse(cls, text: str, length: int) -> "Cursor":
        """Raises ValueError for everything that `str` did not make for `length` values."""
        back, *values = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        if len(values) != length or not all(isinstance(value, str) for value in values):
            raise ValueError(f"{length} texts expected")
        return cls(bool(back), tuple(values))


@dataclass(frozen=True, slots=True)
class Keys:
    """The fields of an order, the last of them unique; all rising, or all falling with a leading minus."""

    model: type[Model]
    fields: tuple[str, ...]

    @property
    def falling(self) -> bool:
        return self.fields[0].startswith("-")

    @property
    def names(self) -> list[str]:
        return [field.removeprefix("-") for field in self.fields]

    def cursor(self, row: Model, *, back: bool) -> Cursor:
        return Cursor(back, tuple(self._field(name).value_to_string(row) for name in self.names))

    def rows(self, queryset: QuerySet, cursor: Cursor | None) -> QuerySet:
        """The rows beyond the cursor, in the order in which they have to be read from it."""
        back = cursor is not None and cursor.back
        sign = "-" if self.falling != back else ""
        if cursor is not None:
            queryset = queryset.filter(self._beyond(cursor, "lt" if sign else "gt"))
        return queryset.order_by(*(sign + name for name in self.names))

    def _beyond(self, cursor: Cursor, comparison: str) -> Q:
        beyond, equal, first = Q(), Q(), Q()
        for name, text in zip(self.names, cursor.values, strict=True):
            value = self._field(name).to_python(text)
            first = first or Q(**{f"{name}__{comparison}e": value})
            beyond |= equal & Q(**{f"{name}__{comparison}": value})
            equal &= Q(**{name: value})
        return first & beyond  # what the first field says by itself is where SQLite enters an index

    def _field(self, name: str) -> Field:
        return cast(Field, self.model._meta.get_field(name))


def keys_first(ordered: QuerySet, length: int) -> QuerySet:
    """The first `length` rows of an ordered queryset, found by their keys alone, by one query."""
    return ordered.filter(pk__in=ordered.values("pk")[:length])


class StableCursorPagination(BasePagination):
    """Reads `cursor`, `limit` (1-500) and `order`. The view names its order in `cursor_fields`, else it is ("id",).

    orders: what else a view's caller may order by: name -> fields that are never null, the last of them unique; with a
    minus before the name they fall.

    keys_first: of a large table, find the rows of the page by their keys alone; else each row that the filters let
    through is joined with all that a list shows, before most of them are dropped.
    """

    page_size = 100
    keys_first = False

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        keys = Keys(queryset.model, self._fields(request, view))
        limit, cursor = self._limit(request), self._cursor(request, len(keys.fields))
        try:
            rows = list(self._page(keys.rows(queryset, cursor), limit + 1))
        except (InvalidValueError, OverflowError) as exc:
            raise _bad_cursor() from exc
        more, rows = len(rows) > limit, rows[:limit]
        back = cursor is not None and cursor.back
        if back:
            rows.reverse()
        self._url = request.build_absolute_uri()
        self._next = keys.cursor(rows[-1], back=False) if rows and (more or back) else None
        self._previous = keys.cursor(rows[0], back=True) if rows and (more if back else cursor) else None
        return rows

    def _page(self, ordered: QuerySet, length: int) -> QuerySet:
        return keys_first(ordered, length) if self.keys_first else ordered[:length]

    def get_paginated_response(self, data: Any) -> Response:
        return Response({"next": self._link(self._next), "previous": self._link(self._previous), "results": data})

    def _link(self, cursor: Cursor | None) -> str | None:
        return replace_query_param(self._url, "cursor", str(cursor)) if cursor else None

    def _fields(self, request: Request, view: Any) -> tuple[str, ...]:
        asked, choices = request.query_params.get("order", ""), _orders(view)
        if not asked:
            return getattr(view, "cursor_fields", ("id",))
        if asked in choices:
            return choices[asked]
        words = {"choices": ", ".join(choices) or _("none")}
        raise ValidationError({"order": [_("This list has these orders: %(choices)s.") % words]})

    def _limit(self, request: Request) -> int:
        text = request.query_params.get("limit", str(self.page_size))
        if text.isdecimal() and len(text) < 5 and 1 <= int(text) <= MOST:
            return int(text)
        raise ValidationError({"limit": [_("Must be a whole number from 1 to %(most)s.") % {"most": MOST}]})

    def _cursor(self, request: Request, length: int) -> Cursor | None:
        text = request.query_params.get("cursor")
        try:
            return Cursor.parse(text, length) if text else None
        except (ValueError, TypeError) as exc:
            raise _bad_cursor() from exc

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        link = {"type": ["string", "null"], "format": "uri"}
        return {
            "type": "object",
            "required": ["next", "previous", "results"],
            "properties": {"next": link, "previous": link, "results": schema},
        }

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        limit = {"type": "integer", "minimum": 1, "maximum": MOST, "default": self.page_size}
        orders = list(_orders(view))
        order = [_parameter("order", {"type": "string", "enum": orders}, "With a minus it falls.")] if orders else []
        return [
            _parameter("cursor", {"type": "string"}, "Where the page begins; taken from `next` or `previous`."),
            _parameter("limit", limit, "How many on a page."),
            *order,
        ]


def _orders(view: Any) -> dict[str, tuple[str, ...]]:
    """Each order of the view, rising and falling."""
    found: dict[str, tuple[str, ...]] = {}
    for name, fields in getattr(view, "orders", {}).items():
        found |= {name: fields, f"-{name}": tuple(f"-{field}" for field in fields)}
    return found


def _bad_cursor() -> ValidationError:
    return ValidationError({"cursor": [_("Not a cursor of this list; follow “next” and “previous”.")]})


def _parameter(name: str, schema: dict[str, Any], description: str) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "description": description, "schema": schema}
