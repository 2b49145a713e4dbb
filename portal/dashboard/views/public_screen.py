"""/public/<token>/: a count for a screen at a door (DASH-4).

The address is the key. Everything about it that a browser, a log or a search engine might pass on is kept back.
"""

import time
from collections.abc import Callable
from dataclasses import asdict
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from redis.exceptions import RedisError
from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle
from rest_framework.views import APIView

from analytics.models import PublicCounter
from analytics.services.public_counter import Reading, public_counter_open, public_counter_read

SHOWN_EVERY_S = 2


class VisitorThrottle(SimpleRateThrottle):
    """Ten requests a second from one address: twenty screens behind it."""

    scope, rate = "public_counter", "600/min"

    def get_cache_key(self, request: Request, view: APIView) -> str:  # noqa: ARG002  # REST framework's signature
        return self.cache_format % {"scope": self.scope, "ident": self.get_ident(request)}


def unlisted(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """An answer that is kept nowhere, found by no search engine, and whose address no link tells."""

    @wraps(view)
    def guarded(request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        allowed = VisitorThrottle().allow_request(Request(request), APIView())
        answer = view(request, **kwargs) if allowed else _too_often(request)
        answer["Referrer-Policy"] = "no-referrer"
        answer["X-Robots-Tag"] = "noindex, nofollow"
        return answer

    return never_cache(guarded)


@unlisted
@require_safe
def public_counter(request: HttpRequest, token: str) -> HttpResponse:
    """The screen: name, number, light. Nothing else of the portal, and nobody has to sign in."""
    counter = public_counter_open(token=token)
    context = {"reading": _read(counter), "every_s": SHOWN_EVERY_S, "token": token}
    return render(request, "dashboard/public/screen.html", context)


@unlisted
@require_safe
def public_counter_state(_request: HttpRequest, token: str) -> JsonResponse:
    """The same as JSON, for the screen's script and for signs of other makers."""
    return JsonResponse(asdict(_read(public_counter_open(token=token))))


def _read(counter: PublicCounter) -> Reading:
    """While the key-value server is away nobody knows the count."""
    try:
        return public_counter_read(counter=counter, now=time.time())
    except RedisError:
        return Reading(counter.name, None, counter.full_at)


def _too_often(request: HttpRequest) -> HttpResponse:
    answer = render(request, "429.html", status=429)
    answer["Retry-After"] = "60"
    return answer
