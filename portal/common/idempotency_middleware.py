"""Every POST of the API with an Idempotency-Key goes through here (API-5)."""

from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from rest_framework.exceptions import APIException
from rest_framework.request import Request

from portal.common.errors import KeyReusedError, RequestRunningError
from portal.common.idempotency import LONGEST, answer_again, key_fits, request_begin, request_digest, request_end
from portal.common.problems import problem, server_error

View = Callable[..., HttpResponse]


class IdempotencyMiddleware:
    """Does a request once, and answers the same to whoever sends it again. Without a key it does nothing."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: View, args: tuple[Any, ...], kwargs: Mapping[str, Any]
    ) -> HttpResponse | None:
        """The answer, of now or of before; None: the view is asked as ever."""
        key = request.headers.get("Idempotency-Key")
        if key is None or request.method != "POST" or not request.path.startswith("/api/"):
            return None
        caller = caller_of(request, view)
        if caller is None:
            return None
        if not key_fits(key):
            text = _("An Idempotency-Key has 1 to %(longest)s printable characters of ASCII.") % {"longest": LONGEST}
            return problem(400, text, code="bad_idempotency_key")
        return _once(request, lambda: view(request, *args, **kwargs), caller, key)


def caller_of(request: HttpRequest, view: View) -> str | None:
    """Whose key it is: a token's, else a user's. None for nobody, whom the view turns away in its own words."""
    view_class = getattr(view, "cls", None)
    if view_class is None:
        return None
    asked = Request(request, authenticators=view_class().get_authenticators())
    try:
        user, token = asked.user, asked.auth
    except APIException:
        return None
    if not user.is_authenticated:
        return None
    return f"user:{user.pk}" if token is None else f"token:{token.pk}"


def _once(request: HttpRequest, do: Callable[[], HttpResponse], caller: str, key: str) -> HttpResponse:
    try:
        row, new = request_begin(caller=caller, key=key, digest=request_digest(request))
        if not new:
            return answer_again(row=row)
    except KeyReusedError as exc:
        return problem(422, str(exc), code="idempotency_key_reused")
    except RequestRunningError as exc:
        running = problem(409, str(exc), code=exc.code)
        running.headers["Retry-After"] = "1"
        return running
    try:
        answer = do()
        if hasattr(answer, "render"):
            answer.render()
    except BaseException:
        # How far it came nobody knows; the key must not do it a second time.
        request_end(row=row, answer=server_error(request))
        raise
    request_end(row=row, answer=answer)
    return answer
