"""SEC-2: the second factor, from setting it up to losing the phone."""

import re
import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.cache import cache
from django.test import Client

from portal.accounts.models import User
from tests.factories import PASSWORD


def code_of(secret: str, steps: int = 0) -> str:
    """What the app shows; steps: half minutes later."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps))


def sign_in(user: User, client: Client | None = None):
    """The browser after the password, and what it was answered."""
    client = client or Client()
    return client, client.post("/sign-in/", {"login": user.username, "password": PASSWORD, "next": "/alarms/"})


def set_up(user: User) -> tuple[Client, str, list[str]]:
    """By the pages, as a person does: the browser, the secret and the recovery codes."""
    client, _answer = sign_in(user)
    assert client.get("/account/second-factor/").url.startswith("/account/confirm/")
    client.post("/account/confirm/", {"password": PASSWORD, "next": "/account/second-factor/"})
    page = client.get("/account/second-factor/").content.decode()
    secret = re.search(r"<code>([A-Z2-7]{32})</code>", page)[1]  # type: ignore[index]
    assert "data:image/svg+xml;base64," in page
    answer = client.post("/account/second-factor/", {"code": code_of(secret)})
    assert answer.url == "/account/recovery-codes/"
    codes = re.findall(r"<code>(\d{8})</code>", client.get(answer.url).content.decode())
    assert len(codes) == 10
    return client, secret, codes


def is_in(client: Client) -> bool:
    return client.get("/").status_code == 200


def test_after_the_password_a_code_is_asked_for(owner: User) -> None:
    """SEC-2: the password alone opens nothing; the code leads to the page that was wanted."""
    _client, secret, _codes = set_up(owner)
    client, answer = sign_in(owner)

    assert answer.url == "/sign-in/code/"
    assert not is_in(client)
    assert client.get("/api/v1/sites/").status_code == 401
    assert client.get("/sign-in/code/").status_code == 200

    assert client.post("/sign-in/code/", {"code": code_of(secret)}).url == "/alarms/"
    assert is_in(client)


def test_a_code_opens_once(owner: User) -> None:
    """SEC-2: whoever read it over a shoulder comes too late, as long as it would be good."""
    _client, secret, _codes = set_up(owner)
    code = code_of(secret, 1)
    client, _answer = sign_in(owner)
    client.post("/sign-in/code/", {"code": code})
    assert is_in(client)
    cache.delete(f"allauth.mfa.totp.used?user={owner.pk}&code={code}")  # as after half a minute
    thief, _answer = sign_in(owner)

    thief.post("/sign-in/code/", {"code": code[:3] + " " + code[3:]})

    assert not is_in(thief)


@pytest.mark.parametrize("steps", [-1, 0, 1])
def test_clocks_may_run_half_a_minute_apart(owner: User, steps: int) -> None:
    """SEC-2: the portal of a closed network has no time server; no more than that."""
    _client, secret, _codes = set_up(owner)
    client, _answer = sign_in(owner)
    client.post("/sign-in/code/", {"code": code_of(secret, 5)})
    assert not is_in(client)

    client.post("/sign-in/code/", {"code": code_of(secret, steps)})

    assert is_in(client)


def test_a_recovery_code_opens_once(owner: User) -> None:
    """SEC-2: where the phone is away."""
    _client, _secret, codes = set_up(owner)
    client, _answer = sign_in(owner)
    client.post("/sign-in/code/", {"code": codes[3]})
    assert is_in(client)

    again, _answer = sign_in(owner)
    again.post("/sign-in/code/", {"code": codes[3]})

    assert not is_in(again)


def test_recovery_codes_are_shown_once(owner: User) -> None:
    """SEC-2: whoever sits down at an open screen reads none."""
    client, _secret, codes = set_up(owner)

    page = client.get("/account/recovery-codes/").content.decode()

    assert not [code for code in codes if code in page]
    assert "10 codes are left" in page


def test_new_recovery_codes_end_the_former_ones(owner: User) -> None:
    """SEC-2."""
    client, _secret, codes = set_up(owner)
    assert client.post("/account/recovery-codes/new/").url == "/account/recovery-codes/"
    fresh = re.findall(r"<code>(\d{8})</code>", client.get("/account/recovery-codes/").content.decode())
    thief, _answer = sign_in(owner)

    thief.post("/sign-in/code/", {"code": codes[0]})

    assert len(set(fresh) - set(codes)) == 10
    assert not is_in(thief)


def test_guessing_codes_is_stopped(owner: User) -> None:
    """SEC-2: five wrong ones, then even the right one waits; the password is no way around it."""
    _client, secret, _codes = set_up(owner)
    client, _answer = sign_in(owner)
    for guess in range(6):
        answer = client.post("/sign-in/code/", {"code": f"00000{guess}"})
    assert "Too many failed login attempts" in answer.content.decode()

    client.post("/sign-in/code/", {"code": code_of(secret)})

    assert not is_in(client)


def test_secrets_are_encrypted_at_rest(owner: User) -> None:
    """SEC-2, CAM-1: a copy of the database makes no codes."""
    _client, secret, codes = set_up(owner)

    stored = str(list(Authenticator.objects.values_list("data", flat=True)))

    assert secret not in stored
    assert not [code for code in codes if code in stored]


def test_switching_it_off_needs_a_fresh_proof(owner: User) -> None:
    """SEC-2: an unlocked screen is not enough; afterwards the password alone opens again."""
    _client, secret, _codes = set_up(owner)
    client, _answer = sign_in(owner)
    client.post("/sign-in/code/", {"code": code_of(secret)})
    assert client.post("/account/second-factor/off/").url.startswith("/account/confirm/")
    assert Authenticator.objects.exists()

    client.post("/account/confirm/", {"password": PASSWORD, "next": "/account/second-factor/off/"})
    client.post("/account/second-factor/off/")

    assert not Authenticator.objects.exists()
    assert is_in(sign_in(owner)[0])


def test_a_wrong_first_code_switches_nothing_on(owner: User) -> None:
    """SEC-2: nobody is locked out by a picture that was scanned wrongly."""
    client, _answer = sign_in(owner)
    client.post("/account/confirm/", {"password": PASSWORD, "next": "/account/second-factor/"})
    client.get("/account/second-factor/")

    answer = client.post("/account/second-factor/", {"code": "000000"})

    assert "Incorrect code" in answer.content.decode()
    assert not Authenticator.objects.exists()


def test_whoever_stops_at_the_code_can_be_somebody_else(owner: User, colleague: User) -> None:
    """UI 3: a way back from the page of the code."""
    set_up(owner)
    client, _answer = sign_in(owner)

    assert client.post("/sign-out/").url == "/sign-in/"
    assert client.get("/sign-in/").status_code == 200
    assert is_in(sign_in(colleague, client)[0])


@pytest.mark.parametrize(
    "path", ["/account/second-factor/", "/account/recovery-codes/", "/account/confirm/", "/account/"]
)
def test_visitors_find_none_of_these_pages(path: str, client: Client, db: None) -> None:
    """SEC-1."""
    answer = client.get(path)

    assert answer.status_code == 302
    assert answer.url.startswith("/sign-in/")
