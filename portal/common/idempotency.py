"""Idempotency-Key: whoever got no answer to a POST sends it again, and it is done once (API-5).

The key is noted before anything is done, in a row of its own, so that a second process and a restart know it. What was
answered is kept for a day beside it and given again. A request that was refused has changed nothing: its key is free.
"""

import hashlib
from collections.abc import Iterator
from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.common.errors import KeyReusedError, RequestRunningError
from portal.common.fields import UndecryptableError
from portal.common.models import IdempotentRequest

KEPT = timedelta(hours=24)
RUNNING = timedelta(minutes=10)
"""No request takes so long: its process has gone, and nobody knows how far it came."""
LONGEST = 255
SHOWN = ("Content-Type", "ETag", "Location")


def key_fits(key: str) -> bool:
    """1 to 255 printable characters of ASCII."""
    return 1 <= len(key) <= LONGEST and key.isascii() and key.isprintable()


def request_digest(request: HttpRequest) -> str:
    """SHA-256 of address and body; of a form with files, of what it holds: its boundary is another one each time."""
    found = hashlib.sha256(request.get_full_path().encode())
    for piece in _form(request) if request.content_type == "multipart/form-data" else [request.body]:
        found.update(len(piece).to_bytes(8) + piece)
    return found.hexdigest()


def request_begin(*, caller: str, key: str, digest: str) -> tuple[IdempotentRequest, bool]:
    """The row of the key, and whether its request shall be done now; else the row has its answer.

    Raises KeyReusedError for another request under the same key, RequestRunningError while nobody has answered.
    """
    now = timezone.now()
    IdempotentRequest.objects.filter(caller=caller, key=key, begun_at__lt=now - KEPT).delete()
    rows = IdempotentRequest.objects.defer("body")  # a lost key of the portal is found out when it is read
    row, new = rows.get_or_create(caller=caller, key=key, defaults={"digest": digest, "begun_at": now})
    if row.digest != digest:
        raise KeyReusedError(_("This Idempotency-Key was sent with another request: each request needs its own."))
    if not new and row.status is None:
        raise _unanswered(lost=now - row.begun_at > RUNNING)
    return row, new


def request_end(*, row: IdempotentRequest, answer: HttpResponse) -> None:
    """Keep the answer; or free the key, because nothing was done: the request was refused, or cannot be done now."""
    if 400 <= answer.status_code < 500 or answer.status_code == 503 or answer.streaming:
        request_free(row=row)
        return
    headers = {name: answer.headers[name] for name in SHOWN if name in answer.headers}
    body = answer.content.decode("latin-1")  # of whatever bytes, and back the same
    IdempotentRequest.objects.filter(pk=row.pk).update(status=answer.status_code, headers=headers, body=body)


def request_free(*, row: IdempotentRequest) -> None:
    """The key means nothing again."""
    IdempotentRequest.objects.filter(pk=row.pk).delete()


def answer_again(*, row: IdempotentRequest) -> HttpResponse:
    """What was answered, marked as a repetition. Raises RequestRunningError when it cannot be read any more."""
    try:
        body = row.body
    except UndecryptableError as exc:
        raise _unanswered(lost=True) from exc
    headers = {**row.headers, "Idempotency-Replayed": "true"}
    return HttpResponse(body.encode("latin-1"), status=row.status, headers=headers)


def requests_prune() -> int:
    """Forget what is older than it is kept; how many."""
    return IdempotentRequest.objects.filter(begun_at__lt=timezone.now() - KEPT).delete()[0]


def _form(request: HttpRequest) -> Iterator[bytes]:
    for name in sorted(request.POST):
        yield repr((name, request.POST.getlist(name))).encode()
    for name in sorted(request.FILES):
        for file in request.FILES.getlist(name):
            yield repr((name, file.name, file.size)).encode()
            yield from file.chunks()
            file.seek(0)


def _unanswered(*, lost: bool) -> RequestRunningError:
    if lost:
        message = _("Nobody knows what became of this request. Look whether it was done; a new key does it again.")
        return RequestRunningError(message, code="outcome_unknown")
    return RequestRunningError(_("This request is being worked on: ask again in a second."), code="in_progress")
