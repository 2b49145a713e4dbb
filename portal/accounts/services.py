"""Tokens: made, used, revoked (API-4). Only the hash is kept, so nobody can read a token back."""

import hashlib
import re
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.accounts.models import ApiToken, User
from portal.accounts.token_bounds import bounded, networks_tidy, reaches
from portal.common.audit import audit_note
from portal.common.models import AuditEntry
from portal.common.rate_limit import is_first

_FORM = re.compile(r"lk_[0-9a-f]{8}_[\w-]{43}")
LAST_USED_STEP = timedelta(minutes=1)  # a poll every second must not write every second
REFUSALS_EVERY_S = 3600


class TokenRefusedError(Exception):
    """The token does not open anything; the message may be shown to its bearer. code: one word for programs."""

    def __init__(self, message: str, *, code: str) -> None:
        super().__init__(message)
        self.code = code


class ForeignNetworkError(TokenRefusedError):
    """The token is good, but not from there."""


def token_create(
    *,
    user: User,
    name: str,
    scope: str = ApiToken.Scope.READ,
    expires_at: datetime | None = None,
    site_ids: Sequence[int] | None = None,
    networks: Sequence[str] | None = None,
    made_with: ApiToken | None = None,
) -> tuple[ApiToken, str]:
    """The row, and the token itself: the only time that it can be seen. Raises ValidationError.

    made_with: a token that asks for another one. What is None is then as with it, and nothing may be more.
    """
    prefix = f"lk_{secrets.token_hex(4)}"
    text = f"{prefix}_{secrets.token_urlsafe(32)}"
    token = ApiToken(user=user, name=name, scope=scope, prefix=prefix, digest=_digest(text), made_with=made_with)
    token.expires_at, token.site_ids = expires_at, None if site_ids is None else sorted(set(site_ids))
    token.networks = networks_tidy([] if networks is None else networks)
    if made_with is not None:
        bounded(token, made_with, open_networks=networks is None)
    token.full_clean()
    token.save()
    return token, text


def token_use(*, text: str, address: str = "") -> ApiToken:
    """The token behind `text`, with its user as far as the token goes; notes its use. Raises TokenRefusedError.

    address: of the client. Without, a token that is bound to networks opens nothing.
    """
    prefix = text[:11] if _FORM.fullmatch(text) else ""  # anything else is not even asked for: a NUL is an error there
    token = ApiToken.objects.select_related("user").filter(prefix=prefix).first()
    if token is None or not secrets.compare_digest(token.digest, _digest(text)):
        raise TokenRefusedError(_("This token is not known."), code="token_unknown")
    now = timezone.now()
    if refusal := _refusal(token, now, address):
        _note_refusal(token, refusal)
        raise refusal
    _note_use(token, now, address)
    _narrow(token)
    return token


def token_user(*, token_id: int) -> User | None:
    """Whom a token that was used stands for now, as far as it goes; None as soon as it opens nothing any more."""
    token = ApiToken.objects.select_related("user").filter(pk=token_id).first()
    if token is None or _ended(token, timezone.now()):
        return None
    _narrow(token)
    return token.user


def token_list(*, user: User, token: ApiToken | None = None) -> QuerySet[ApiToken]:
    """One's own, the newest first; every one for a portal administrator.

    token: who asks with one sees that one and what was made with it: others may be stronger.
    """
    found = ApiToken.objects.select_related("user", "made_with").order_by("-pk")
    if token is not None:
        return found.filter(Q(pk=token.pk) | Q(made_with=token))
    return found if user.is_superuser else found.filter(user=user)


@transaction.atomic
def token_revoke(*, token: ApiToken) -> None:
    """Close a token for good, and all that were made with it; a second call changes nothing."""
    current = ApiToken.objects.select_for_update().get(pk=token.pk)
    if current.revoked_at is None:
        current.revoked_at = timezone.now()
        current.save(update_fields=["revoked_at"])  # not by update(): the audit log notes what is saved
    token.revoked_at = current.revoked_at
    for made in current.made.filter(revoked_at=None):
        token_revoke(token=made)


def _refusal(token: ApiToken, now: datetime, address: str) -> TokenRefusedError | None:
    if refusal := _ended(token, now):
        return refusal
    if not reaches(address, token.networks):
        message = _("This token is not for use from %(address)s.") % {"address": address or _("an unknown address")}
        return ForeignNetworkError(message, code="token_network")
    return None


def _ended(token: ApiToken, now: datetime) -> TokenRefusedError | None:
    if token.revoked_at is not None:
        return TokenRefusedError(_("This token was revoked."), code="token_revoked")
    if token.expires_at is not None and token.expires_at <= now:
        return TokenRefusedError(_("This token has expired."), code="token_expired")
    if not token.user.is_active:
        return TokenRefusedError(_("This token's user may no longer sign in."), code="token_user")
    return None


def _narrow(token: ApiToken) -> None:
    if token.site_ids is not None:
        token.user.narrow(token.site_ids)


def _note_refusal(token: ApiToken, refusal: TokenRefusedError) -> None:
    """Once an hour for each reason: a program that goes on trying must not fill the log."""
    if is_first(f"token refused:{token.pk}:{refusal.code}", REFUSALS_EVERY_S):
        audit_note(action=AuditEntry.Action.REFUSED, user=token.user, what=token, reason=refusal.code)


def _note_use(token: ApiToken, now: datetime, address: str) -> None:
    before = now - LAST_USED_STEP
    if token.last_used_at is None or token.last_used_at < before:
        due = Q(last_used_at=None) | Q(last_used_at__lt=before)
        ApiToken.objects.filter(due, pk=token.pk).update(last_used_at=now, last_used_from=address or None)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
