"""By what somebody follows the events, and what they may be told: asked again while a stream is open (SEC-1, API-4)."""

from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from cameras.selectors import site_list
from portal.accounts.models import ApiToken, User
from portal.accounts.services import token_user
from portal.dashboard.consumers.rights import user_of


@dataclass(frozen=True, slots=True)
class Pass:
    """A token, or the session of a browser."""

    token_id: int | None = None
    session: str = ""

    @classmethod
    def of(cls, auth: Any, session: Any) -> "Pass":
        """As a request came in. auth: `request.auth`."""
        return cls(auth.pk) if isinstance(auth, ApiToken) else cls(session=session.session_key or "")

    def user(self) -> User | None:
        """Whom it stands for now, as far as it goes."""
        if self.token_id is not None:
            return token_user(token_id=self.token_id)
        return user_of({"session": SimpleNamespace(session_key=self.session)})


@dataclass(frozen=True, slots=True)
class Right:
    """Who listens, and the ids of the sites that they hear of."""

    user_id: int
    sites: frozenset[int]

    @classmethod
    def of(cls, user: User) -> "Right":
        """As it is now."""
        return cls(user.pk, frozenset(site_list(user=user).values_list("pk", flat=True)))


def right_now(entry: Pass) -> Right | None:
    """None as soon as it opens nothing any more."""
    user = entry.user()
    return None if user is None else Right.of(user)
