"""Requests counted over the shared cache, so that every web process knows of them (API-4).

Windows are fixed: one key for each caller and window, counted by the cache itself, which is right for two processes at
once. Without its key-value server the portal limits nobody: it must be looked at just then.
"""

import hashlib
import time
from collections.abc import Callable

import structlog
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from redis.exceptions import RedisError
from rest_framework.exceptions import Throttled

from portal.common.rate import Limit, Spent, headers

log = structlog.get_logger()


def limit_of(name: str) -> Limit | None:
    """As the deployment says; None where it is off."""
    found: Limit | None = settings.RATE_LIMITS[name]
    return found


def spend(request: HttpRequest, **callers: object) -> None:
    """Count this request for each of the callers, as in `token=12, user=3`. Raises Throttled for one too many.

    What is left is remembered for the headers of the answer.
    """
    spent = [_spend(limit, str(who)) for name, who in callers.items() if (limit := limit_of(name))]
    request.rate_limits = spent  # type: ignore[attr-defined] # read by the middleware
    if waits := [one.reset_s for one in spent if one.exceeded]:
        raise Throttled(wait=max(waits))


def is_first(key: str, within_s: int) -> bool:
    """Whether nobody else said so about `key` in these seconds; True where nobody can know."""
    short = hashlib.sha256(key.encode()).hexdigest()  # a cache takes no blanks, and nothing long
    try:
        return bool(cache.add(f"first:{short}", 1, within_s))
    except (RedisError, OSError):
        log.warning("cache_away", key=key)
        return True


def _spend(limit: Limit, who: str) -> Spent:
    now = int(time.time())
    window, into_s = divmod(now, limit.window_s)
    key = f"rate:{limit.name}:{who}:{window}"
    try:
        used = 1 if cache.add(key, 1, limit.window_s + 1) else cache.incr(key)
    except ValueError:  # emptied between the two
        used = 1
    except (RedisError, OSError):
        log.warning("cache_away", key=key)
        used = 1
    return Spent(limit, used, limit.window_s - into_s)


class RateLimitMiddleware:
    """Writes on each answer what is left to its caller."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        for name, value in headers(getattr(request, "rate_limits", ())).items():
            response.headers[name] = value
        return response
