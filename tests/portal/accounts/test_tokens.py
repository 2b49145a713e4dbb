"""API-4: the life of a token."""

import hashlib
import io
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from portal.accounts.models import ApiToken, User
from portal.accounts.services import token_create, token_revoke, token_use

CAMERAS = "/api/v1/cameras/"


def with_token(text: str) -> APIClient:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {text}")
    return client


def test_only_the_hash_of_a_token_is_kept(colleague: User) -> None:
    """API-4: hashed; the prefix tells tokens apart and opens nothing."""
    token, text = token_create(user=colleague, name="vms")
    stored = " ".join(str(value) for value in ApiToken.objects.values_list().get())

    assert text not in stored
    assert token.digest == hashlib.sha256(text.encode()).hexdigest()
    assert text.startswith(token.prefix)
    assert text not in repr(vars(token))


def test_two_tokens_differ(colleague: User) -> None:
    """API-4: 256 random bits each."""
    texts = {token_create(user=colleague, name="vms")[1] for _ in range(20)}

    assert len(texts) == 20
    assert all(len(text) == 11 + 1 + 43 for text in texts)


@pytest.mark.parametrize("facts", [{"scope": "everything"}, {"name": ""}, {"name": "x" * 81}])
def test_a_token_that_makes_no_sense_is_not_made(colleague: User, facts: dict) -> None:
    """API-4: scopes are read, operate, configure."""
    with pytest.raises(ValidationError):
        token_create(**{"user": colleague, "name": "vms"} | facts)


def test_a_token_opens_the_api_for_its_user(colleague: User) -> None:
    """API-4: as its user, without a cookie."""
    _, text = token_create(user=colleague, name="vms")

    assert with_token(text).get(CAMERAS).status_code == 200


def test_a_revoked_token_opens_nothing(colleague: User) -> None:
    """API-4: revocable; the answer is a problem that says why."""
    token, text = token_create(user=colleague, name="vms")
    token_revoke(token=token)
    answer = with_token(text).get(CAMERAS)

    assert answer.status_code == 401
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert "revoked" in answer.json()["detail"]


def test_revoking_twice_keeps_the_first_instant(colleague: User) -> None:
    """API-4: safe to run twice."""
    token, _ = token_create(user=colleague, name="vms")
    token_revoke(token=token)
    first = token.revoked_at
    token_revoke(token=token)

    assert token.revoked_at == first


def test_an_expired_token_opens_nothing(colleague: User) -> None:
    """API-4: expiring."""
    _, text = token_create(user=colleague, name="vms", expires_at=timezone.now() - timedelta(seconds=1))
    answer = with_token(text).get(CAMERAS)

    assert answer.status_code == 401
    assert "expired" in answer.json()["detail"]


def test_the_token_of_somebody_who_left_opens_nothing(colleague: User) -> None:
    """API-4: a token never exceeds its user."""
    _, text = token_create(user=colleague, name="vms")
    User.objects.filter(pk=colleague.pk).update(is_active=False)

    assert with_token(text).get(CAMERAS).status_code == 401


@pytest.mark.parametrize("change", [lambda text: text[:-1], lambda text: text + "x", lambda text: text[:12] + "A" * 43])
def test_a_token_with_one_wrong_letter_opens_nothing(colleague: User, change) -> None:
    """API-4: the prefix alone is not enough."""
    _, text = token_create(user=colleague, name="vms")

    assert with_token(change(text)).get(CAMERAS).status_code == 401


@pytest.mark.parametrize("header", ["Bearer", "Bearer a b", "Bearer é", "Bearer \x00", "bearer lk_"])
def test_a_header_that_makes_no_sense_is_a_problem(db: None, header: str) -> None:
    """API-1: never a failure of the portal."""
    answer = APIClient().get(CAMERAS, HTTP_AUTHORIZATION=header)

    assert answer.status_code == 401
    assert answer.json()["code"] in {"authentication_failed", "token_unknown"}


def test_a_wrong_token_is_refused_although_somebody_is_signed_in(colleague: User) -> None:
    """API-4: a program with an old token is told so, whatever cookies it has."""
    client = with_token("lk_00000000_nothing")
    client.force_login(colleague)

    assert client.get(CAMERAS).status_code == 401


def test_last_use_is_noted_at_most_once_a_minute(colleague: User) -> None:
    """API-4: last use shown, without a write for every poll."""
    token, text = token_create(user=colleague, name="vms")
    token_use(text=text)
    token.refresh_from_db()
    first = token.last_used_at
    with CaptureQueriesContext(connection) as again:
        token_use(text=text)
    assert first is not None
    assert len(again) == 1

    ApiToken.objects.update(last_used_at=first - timedelta(seconds=61))
    token_use(text=text)
    token.refresh_from_db()
    assert token.last_used_at >= first


def test_the_command_prints_only_the_token(colleague: User) -> None:
    """API-4: `TOKEN=$(manage.py token_create …)` works."""
    out = io.StringIO()
    call_command("token_create", "vms", "--user", "colleague", "--scope", "operate", "--days", "30", stdout=out)
    text = out.getvalue()

    assert text.count("\n") == 1
    token = token_use(text=text.strip())
    assert (token.user, token.scope, token.name) == (colleague, "operate", "vms")
    assert token.expires_at is not None


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["vms", "--user", "nobody"], "There is no user “nobody”. There are: colleague."),
        (["x" * 81, "--user", "colleague"], "80"),
        (["vms", "--user", "colleague", "--days", "0"], "--days must be 1 to 3650, not 0"),
    ],
)
def test_the_command_says_what_is_wrong(colleague: User, arguments: list[str], says: str) -> None:
    """API-4: names the thing, the value and what was expected."""
    with pytest.raises(CommandError, match=says):
        call_command("token_create", *arguments)

    assert not ApiToken.objects.exists()
