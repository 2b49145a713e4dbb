"""The link with which somebody takes up their account: shown once, good until it is used or replaced (SEC-2).

Nothing is stored: the link is signed over the (unusable) password of the account, which every new link replaces.
"""

from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_decode, urlsafe_base64_encode

from portal.accounts.models import User


class WelcomeLinks(PasswordResetTokenGenerator):
    """Signs what changes as soon as the link is used: password, last sign-in. Good for PASSWORD_RESET_TIMEOUT."""

    key_salt = "portal.accounts.links"


_links = WelcomeLinks()


def link_make(*, user: User) -> str:
    """A text without slashes. Every earlier link and the password of the account end with it."""
    user.set_unusable_password()
    user.save(update_fields=["password"])
    return f"{_place(user.pk)}.{_links.make_token(user)}"


def link_open(*, text: str) -> User | None:
    """Whom the link is for; None when it was used, replaced or made up, when it is too old or they are disabled."""
    place, _dot, token = text.partition(".")
    try:
        user_id = int(urlsafe_base64_decode(place).decode("ascii"))
    except (ValueError, UnicodeDecodeError):
        return None
    if _place(user_id) != place:  # the decoder passes over what is no letter of its own
        return None
    user = User.objects.filter(pk=user_id, is_active=True).first() if 0 < user_id < 2**63 else None
    return user if user is not None and _links.check_token(user, token) else None


def _place(user_id: int) -> str:
    return urlsafe_base64_encode(force_bytes(user_id))
