"""SEC-2: one's own account: sessions listed and ended, name and password changed; lock-out."""

import re

import pytest
from allauth.usersessions.models import UserSession
from django.test import Client

from portal.accounts.models import User
from portal.dashboard.browsers import browser_name
from portal.dashboard.consumers.rights import user_of
from tests.factories import PASSWORD

PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile Safari/604.1"
DESK = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


def signed_in_from(user: User, agent: str = DESK, address: str = "10.0.0.7") -> Client:
    client = Client(HTTP_USER_AGENT=agent, REMOTE_ADDR=address)
    assert client.post("/sign-in/", {"login": user.username, "password": PASSWORD}).status_code == 302
    return client


def is_in(client: Client) -> bool:
    return client.get("/account/").status_code == 200


def test_every_session_is_listed_with_browser_and_address(owner: User) -> None:
    """SEC-2: this one first, and nobody else's."""
    signed_in_from(owner, PHONE, "10.0.0.8")
    page = signed_in_from(owner).get("/account/").content.decode()

    assert re.findall(r'class="people__what">([^<]+?)<?/?p?>? ?<span[^>]*>here', page) == ["Firefox, Linux"]
    assert "Safari, iPhone" in page
    assert "from 10.0.0.8" in page


def test_one_session_is_ended_from_another(owner: User) -> None:
    """SEC-2: revocable; the cookie of the lost phone opens nothing, and nor do its sockets."""
    phone, desk = signed_in_from(owner, PHONE), signed_in_from(owner)
    row = UserSession.objects.get(user_agent=PHONE)
    assert user_of({"session": phone.session}) == owner

    desk.post(f"/account/sessions/{row.pk}/end/")

    assert not is_in(phone)
    assert user_of({"session": phone.session}) is None
    assert is_in(desk)


def test_all_other_sessions_are_ended_at_once(owner: User) -> None:
    """SEC-2: everywhere but here."""
    others, here = [signed_in_from(owner) for _ in range(3)], signed_in_from(owner)

    here.post("/account/sessions/end-others/")

    assert [is_in(one) for one in others] == [False, False, False]
    assert is_in(here)


def test_nobody_ends_the_session_of_somebody_else(owner: User, stranger: User) -> None:
    """SEC-1: what is not one's own is not there."""
    theirs = signed_in_from(stranger)
    row = UserSession.objects.get(user=stranger)

    assert signed_in_from(owner).post(f"/account/sessions/{row.pk}/end/").status_code == 404
    assert is_in(theirs)


def test_a_session_needs_a_press_to_be_ended(owner: User) -> None:
    """SEC-3: no link of a foreign page does it."""
    client = signed_in_from(owner)

    assert client.get("/account/sessions/end-others/").status_code == 405


def change(client: Client, **words: str):
    given = {"former": PASSWORD, "password": "another fine horse", "again": "another fine horse"}
    return client.post("/account/password/", given | words)


def test_a_new_password_ends_every_other_session(owner: User) -> None:
    """SEC-2: the former one may be known to somebody."""
    other, here = signed_in_from(owner), signed_in_from(owner)

    assert change(here).url == "/account/"

    assert (is_in(here), is_in(other)) == (True, False)
    owner.refresh_from_db()
    assert owner.check_password("another fine horse")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ({"former": "not it"}, "This is not your password."),
        ({"again": "another fine cart"}, "This is not the same as above."),
        ({"password": "short", "again": "short"}, "too short"),
        ({"password": "password123", "again": "password123"}, "too common"),
        ({"password": "ownerown", "again": "ownerown"}, "too similar"),
    ],
)
def test_a_password_that_does_not_fit_changes_nothing(owner: User, words: dict[str, str], says: str) -> None:
    """SEC-2: says what is wrong, at its field."""
    answer = change(signed_in_from(owner), **words)

    assert answer.status_code == 422
    assert says in answer.content.decode()
    owner.refresh_from_db()
    assert owner.check_password(PASSWORD)


def test_an_open_screen_is_no_place_to_guess_the_password(owner: User) -> None:
    """SEC-2: after ten tries it waits."""
    client = signed_in_from(owner)

    answers = [change(client, former=f"guess {number}").status_code for number in range(11)]

    assert answers == [422] * 10 + [429]


def test_a_name_and_a_mail_address_are_ones_own_to_change(owner: User) -> None:
    """SEC-2: rights are not among them."""
    client = signed_in_from(owner)
    given = {
        "first_name": "Ada",
        "last_name": "Quay",
        "email": "ada@example.org",
        "is_superuser": "on",
        "username": "x",
    }

    assert client.post("/account/", given).url == "/account/"

    owner.refresh_from_db()
    assert (owner.get_full_name(), owner.email, owner.username) == ("Ada Quay", "ada@example.org", "owner")
    assert not owner.is_superuser
    assert client.post("/account/", given | {"email": "nowhere"}).status_code == 422


def test_the_lock_holds_for_the_name_wherever_the_tries_come_from(owner: User, colleague: User) -> None:
    """SEC-2: lock-out; many addresses do not help, and others sign in meanwhile."""
    for number in range(6):
        wrong = Client(REMOTE_ADDR=f"10.9.0.{number}")
        wrong.post("/sign-in/", {"login": "owner", "password": "not it"})
    right = Client(REMOTE_ADDR="10.8.0.1")

    answer = right.post("/sign-in/", {"login": "owner", "password": PASSWORD})

    assert "Too many failed login attempts" in answer.content.decode()
    assert is_in(signed_in_from(colleague))


def test_the_lock_holds_for_the_address_whatever_the_names(owner: User) -> None:
    """SEC-2: one password tried on everybody; a header that anybody can write moves it nowhere."""
    for number in range(11):
        forged = Client(REMOTE_ADDR="10.9.0.1", HTTP_X_FORWARDED_FOR=f"192.0.2.{number}")
        forged.post("/sign-in/", {"login": f"user{number}", "password": "not it"})

    answer = Client(REMOTE_ADDR="10.9.0.1").post("/sign-in/", {"login": "owner", "password": PASSWORD})

    assert "Too many failed login attempts" in answer.content.decode()


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (PHONE, "Safari, iPhone"),
        (DESK, "Firefox, Linux"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0", "Edge, Windows"),
        ("curl/8.9", "A program"),
        ("", "A program"),
    ],
)
def test_a_browser_is_named_in_two_words(agent: str, name: str) -> None:
    """UI 3."""
    assert browser_name(agent) == name
