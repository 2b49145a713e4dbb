"""ETag and If-Match: nobody overwrites what somebody else has changed meanwhile (API-2; RFC 9110 13.1.1, RFC 6585 3).

An ETag names what is stored of a resource and can be written. What is live in the same answer, such as frames per
second, does not change it. `*` stands for whatever is there.
"""

import json
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from portal.common.errors import PreconditionError
from portal.common.fields import EncryptedTextField, UndecryptableError

Handler = Callable[..., Response]
VERSION = ("version",)


class Conditional:
    """A view of one resource that can be written: its answers carry the ETag, its writes need it (`if_match`).

    etag_fields: what of the row can be written; a row with a version needs nothing but that.
    """

    etag_fields: tuple[str, ...] = VERSION

    def etag_row(self) -> models.Model | None:
        """The row of the address; None where a PUT may make it. Raises Http404, PermissionDenied."""
        row: models.Model = self.get_object()  # type: ignore[attr-defined]  # of a view set; other views say their own
        return row

    def tagged(self, data: Any, row: models.Model, status: int = 200) -> Response:
        """The answer about `row`."""
        return Response(data, status=status, headers={"ETag": etag_of(row, self.etag_fields)})


def etag_of(row: models.Model, fields: tuple[str, ...] = VERSION) -> str:
    """The ETag of a row as it is in memory. Of secrets it shows only that they changed."""
    if fields == VERSION:
        return f'"{row.version}"'  # type: ignore[attr-defined]  # whoever leaves out the fields has a version
    stored = json.dumps(
        [_value(row, name) for name in fields], cls=DjangoJSONEncoder, sort_keys=True
    )  # PostgreSQL has keys in an order of its own
    return f'"{salted_hmac(row._meta.label, stored, algorithm="sha256").hexdigest()[:32]}"'


def etag_check(header: str | None, current: str) -> None:
    """`header`: an If-Match. Raises PreconditionError (428 without, 412 when it names another state)."""
    if header is None:
        message = _("Send the ETag of what you have seen as If-Match, or “*” for whatever is there.")
        raise PreconditionError(message, status=428, etag=current)
    if header.strip() != "*" and current not in [one.strip() for one in header.split(",")]:
        message = _("This was changed meanwhile: its ETag is %(etag)s now, not %(given)s.")
        raise PreconditionError(message % {"etag": current, "given": header.strip()[:100]}, status=412, etag=current)


def if_match(handler: Handler) -> Handler:
    """A PUT, PATCH or DELETE of a `Conditional` view, done only on the state that the caller has seen.

    The row stays locked until it is done: of two with the same ETag the second one gets 412.
    """

    @wraps(handler)
    def handle(view: Conditional, request: Request, *args: Any, **kwargs: Any) -> Response:
        with transaction.atomic():
            _check(view, request)
            return handler(view, request, *args, **kwargs)

    handle.needs_etag = True  # type: ignore[attr-defined]  # the OpenAPI document reads it
    return handle


def _check(view: Conditional, request: Request) -> None:
    """What is not there, a PUT makes; for whatever else it is 404, which its handler says."""
    header, row = request.headers.get("If-Match"), view.etag_row()
    if row is not None:
        # As it is now, locked: what was read before the lock may be old.
        row = type(row)._default_manager.select_for_update().defer(*_secrets(row)).filter(pk=row.pk).first()
    if row is not None:
        etag_check(header, etag_of(row, view.etag_fields))
    elif header is not None and request.method == "PUT":
        raise PreconditionError(_("There is nothing here that an If-Match could mean."), status=412)


def _secrets(row: models.Model) -> list[str]:
    """A lost key must not keep anybody from changing something else."""
    return [field.attname for field in row._meta.concrete_fields if isinstance(field, EncryptedTextField)]


def _value(row: models.Model, name: str) -> Any:
    try:
        return row.serializable_value(name)
    except UndecryptableError:  # closed for ever by a lost key: it has to be given again
        return None
