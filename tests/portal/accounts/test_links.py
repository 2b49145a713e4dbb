"""SEC-2: the link with which somebody takes up their account."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from hypothesis import example, given
from hypothesis import strategies as st

from cameras.services.person import person_invite, person_link, person_set_active
from portal.accounts import links
from portal.accounts.links import link_open
from portal.accounts.models import User
from tests.factories import PASSWORD, UserFactory

FRESH = "another fine horse"


@pytest.fixture
def link(owner: User) -> str:
    return person_invite(user=owner, username="newcomer")[1]


def choose(link: str, password: str = FRESH, again: str = FRESH):
    return Client().post(f"/welcome/{link}/", {"password": password, "again": again})


def test_the_link_leads_to_a_password_and_the_password_in(link: str) -> None:
    """SEC-2: no password is ever made for somebody; the link alone signs nobody in."""
    assert "newcomer" in Client().get(f"/welcome/{link}/").content.decode()
    client = Client()
    assert client.post(f"/welcome/{link}/", {"password": FRESH, "again": FRESH}).url == "/sign-in/"
    assert client.get("/").status_code == 302

    client.post("/sign-in/", {"login": "newcomer", "password": FRESH})

    assert client.get("/").status_code == 200


def test_the_link_is_good_once(link: str) -> None:
    """SEC-2: who finds it later finds nothing."""
    choose(link)

    answer = choose(link, "a third password", "a third password")

    assert answer.status_code == 410
    assert "This link is over" in answer.content.decode()
    assert User.objects.get(username="newcomer").check_password(FRESH)


def test_another_link_ends_the_former_one(owner: User, link: str) -> None:
    """SEC-2: one that went astray."""
    second = person_link(user=owner, person=User.objects.get(username="newcomer"))

    assert choose(link).status_code == 410
    assert choose(second).status_code == 302


def test_the_link_ends_after_three_days(link: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """SEC-2: told on the page that shows it."""
    late = timezone.now().replace(tzinfo=None) + timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT + 90)
    monkeypatch.setattr(links._links, "_now", lambda: late)

    assert choose(link).status_code == 410


def test_the_link_of_somebody_disabled_opens_nothing(link: str) -> None:
    """SEC-2."""
    person_set_active(person=User.objects.get(username="newcomer"), active=False)

    assert choose(link).status_code == 410


def test_a_new_link_ends_password_and_sessions(owner: User) -> None:
    """SEC-2: for a password that was lost, or is known to somebody else."""
    person = UserFactory(username="forgetful")
    theirs = Client()
    theirs.post("/sign-in/", {"login": "forgetful", "password": PASSWORD})
    assert theirs.get("/").status_code == 200

    person_link(user=owner, person=person)

    assert theirs.get("/").status_code == 302
    assert not User.objects.get(pk=person.pk).has_usable_password()


@pytest.mark.parametrize(("password", "again", "says"), [("short", "short", "too short"), (FRESH, "x", "not the same")])
def test_a_password_that_does_not_fit_leaves_the_link_good(link: str, password: str, again: str, says: str) -> None:
    """SEC-2."""
    answer = choose(link, password, again)

    assert (answer.status_code, says in answer.content.decode()) == (422, True)
    assert choose(link).status_code == 302


def test_the_link_of_one_person_opens_no_other_account(owner: User, link: str) -> None:
    """SEC-2: the name before the dot is signed, too."""
    other = person_invite(user=owner, username="other")[1]

    assert link_open(text=f"{other.partition('.')[0]}.{link.partition('.')[2]}") is None


@example(text="M!Q.x")  # decodes to a number all the same
@example(text="IDE=.x")
@given(text=st.text(max_size=80))
def test_what_nobody_made_opens_nothing(text: str) -> None:
    """SEC-2: and is no error; the database is asked for no nonsense."""
    place = text.partition(".")[0]

    if not place.isascii() or not place.isalnum():
        assert link_open(text=text) is None


@pytest.mark.parametrize("text", ["MQ.x", "OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5.x-y", "LTE.a-b", "MA.a-b", "a"])
def test_a_made_up_link_is_over(text: str, owner: User) -> None:
    """SEC-2."""
    assert Client().get(f"/welcome/{text}/").status_code == 410
