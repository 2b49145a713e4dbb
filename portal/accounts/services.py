"""Tokens: made, used, revoked (API-4). Only the hash is kept, so nobody can read a token back."""

import hashlib
import re
import secrets
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.accounts.models import ApiToken, User

_FORM = re.compile(r"lk_[0-9a-f]{8}_[\w-]{43}")
LAST_USED_STEP = timedelta(minutes=1)  # a poll every second must not write every second


class TokenRefusedError(Exception):
    """The token does not open anything; the message may be shown to its bearer."""


def token_create(
    *, user: User, name: str, scope: str = ApiToken.Scope.READ, expires_at: datetime | None = None
) -> tuple[ApiToken, str]:
    """The row, and the token itself: the only time that it can be seen. Raises ValidationError."""
    prefix = f"lk_{secrets.token_hex(4)}"
    text = f"{prefix}_{secrets.token_urlsafe(32)}"
    token = ApiToken(user=user, name=name, scope=scope, prefix=prefix, digest=_digest(text), expires_at=expires_at)
    token.full_clean()
    token.save()
    return token, text


def token_use(*, text: str) -> ApiToken:
    """The token behind `text`, with its user; notes that it was used. Raises TokenRefusedError."""
    prefix = text[:11] if _FORM.fullmatch(text) else ""  # anything else is not even asked for: a NUL is an error there
    token = ApiToken.objects.select_related("user").filter(prefix=prefix).first()
    if token is None or not secrets.compare_digest(token.digest, _digest(text)):
        raise TokenRefusedError(_("This token is not known."))
    now = timezone.now()
    if token.revoked_at is not None:
        raise TokenRefusedError(_("This token was revoked."))
    if token.expires_at is not None and token.expires_at <= now:
        raise TokenRefusedError(_("This token has expired."))
    if not token.user.is_active:
        raise TokenRefusedError(_("This token's user may no longer sign in."))
    _note_use(token, now)
    return token


def token_revoke(*, token: ApiToken) -> None:
    """Close a token for good; a second call changes nothing."""
    ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=timezone.now())
    token.refresh_from_db(fields=["revoked_at"])


def _note_use(token: ApiToken, now: datetime) -> None:
    before = now - LAST_USED_STEP
    if token.last_used_at is None or token.last_used_at < before:
        due = Q(last_used_at=None) | Q(last_used_at__lt=before)
        ApiToken.objects.filter(due, pk=token.pk).update(last_used_at=now)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
