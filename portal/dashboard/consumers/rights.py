"""Who is at the other end of a socket, asked afresh each time: rights end while sockets are open (SEC-1)."""

from importlib import import_module
from types import SimpleNamespace
from typing import Any

from channels.db import database_sync_to_async
from django.conf import settings
from django.contrib.auth import get_user

from cameras.selectors import camera_list, site_list
from portal.accounts.models import User

_SESSIONS = import_module(settings.SESSION_ENGINE).SessionStore


def user_of(scope: dict[str, Any]) -> User | None:
    """The user of the scope's session as the database knows both now; None when either has ended."""
    session_key = scope["session"].session_key
    if not session_key:
        return None
    user = get_user(SimpleNamespace(session=_SESSIONS(session_key)))  # type: ignore[arg-type]  # it reads .session only
    return user if isinstance(user, User) else None  # an account that was closed is nobody to Django


@database_sync_to_async
def may_watch(scope: dict[str, Any], camera_id: int) -> bool:
    """Whether the visitor may see this camera now."""
    user = user_of(scope)
    return user is not None and camera_list(user=user).filter(pk=camera_id).exists()


@database_sync_to_async
def sites_of(scope: dict[str, Any]) -> frozenset[int] | None:
    """Ids of the sites whose news the visitor may hear now; None when nobody is signed in any more."""
    user = user_of(scope)
    return None if user is None else frozenset(site_list(user=user).values_list("pk", flat=True))
