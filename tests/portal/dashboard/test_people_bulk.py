"""UI 3, SEC-1, SEC-2: the same done with many people: asked first, each for themselves, taken back."""

import re

import pytest
from allauth.usersessions.models import UserSession
from django.test import Client

from cameras.models import Membership, Role, Site
from portal.accounts.models import User
from portal.common.models import AuditEntry
from tests.factories import PASSWORD, MembershipFactory, UserFactory
from tests.portal.dashboard.reading import words

DONE = "/people/bulk/done/"


@pytest.fixture
def crew(site: Site, owner: User) -> list[User]:
    """Three viewers of the owner's site."""
    return [MembershipFactory(site=site, user__username=f"crew-{number}").user for number in (1, 2, 3)]


@pytest.fixture
def client(owner: User, signed_in) -> Client:
    return signed_in(owner)


def done(client: Client, step: str, people: list[User], **more: object) -> str:
    """What the page says that follows."""
    ids = ",".join(str(one.pk) for one in people)
    answer = client.post("/people/bulk/", {"do": step, "people": ids, **more})
    assert (answer.status_code, answer.headers.get("Location")) == (302, DONE)
    return words(client.get(DONE))


def undone(client: Client) -> str:
    """The same after *Undo* on it: exactly what its form sends."""
    page = client.get(DONE).content.decode()
    form = re.search(r'<form method="post" action="/people/bulk/">(.*?)</form>', page, re.DOTALL)
    assert form
    fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', form[1]))
    client.post("/people/bulk/", fields)
    return words(client.get(DONE))


def active(people: list[User]) -> list[bool]:
    return [User.objects.get(pk=one.pk).is_active for one in people]


def signs_in(person: User) -> bool:
    browser = Client()
    browser.post("/sign-in/", {"login": person.username, "password": PASSWORD})
    return browser.get("/").status_code == 200


def test_everybody_who_can_be_ticked_has_a_box_and_oneself_none(client: Client, owner: User, crew: list[User]) -> None:
    """UI 1: the bar of the ticked ones is on the page; one's own account is on one's own page."""
    page = client.get("/people/").content.decode()

    assert re.findall(r'name="person" value="(\d+)"', page) == [str(one.pk) for one in crew]
    assert re.findall(r'name="do" value="([\w-]+)"', page) == ["role", "sign-out", "enable", "disable"]


@pytest.mark.parametrize("step", ["role", "sign-out", "enable", "disable"])
def test_it_is_asked_first_with_everybody_by_name(client: Client, crew: list[User], step: str) -> None:
    """UI 1: the question does nothing."""
    answer = client.get("/people/bulk/", {"do": step, "person": [one.pk for one in crew]})

    assert answer.status_code == 200
    assert "crew-1, crew-2, crew-3" in words(answer)
    assert active(crew) == [True] * 3
    assert set(Membership.objects.filter(user__in=crew).values_list("role", flat=True)) == {Role.VIEWER}


def test_those_who_are_disabled_come_back_by_undo(client: Client, crew: list[User]) -> None:
    """SEC-2: who was disabled already is left out of it, and so stays so."""
    crew[2].is_active = False
    crew[2].save()

    page = done(client, "disable", crew)

    assert "2 people were disabled" in page
    assert "crew-3 was so already" in page
    assert not any(map(signs_in, crew))
    assert "2 people were enabled" in undone(client)
    assert active(crew) == [True, True, False]
    assert signs_in(crew[0])


def test_one_who_is_refused_stops_no_other(client: Client, owner: User, crew: list[User]) -> None:
    """UI 1: each with why, whoever also belongs elsewhere, or is the one who asks."""
    MembershipFactory(user=crew[1])

    page = done(client, "disable", [*crew, owner])

    assert "2 people were disabled" in page
    assert "crew-2 crew-2 also has roles elsewhere: a portal administrator can do this. refused" in page
    assert "owner Nobody does this with their own account: another administrator can. refused" in page
    assert active([*crew, owner]) == [False, True, False, True]


def test_a_role_is_given_to_many_and_each_gets_the_former_one_back(
    site: Site, client: Client, crew: list[User]
) -> None:
    """SEC-1: operators, a viewer who becomes one, and somebody who was nothing there."""
    second = MembershipFactory(site__name="Quay", user=User.objects.get(username="owner"), role=Role.ADMINISTRATOR).site
    MembershipFactory(site=second, user=crew[0], role=Role.OPERATOR)
    MembershipFactory(site=second, user=crew[1], role=Role.VIEWER)

    def there() -> dict[str, str]:
        return dict(Membership.objects.filter(site=second, user__in=crew).values_list("user__username", "role"))

    page = done(client, "role", crew, site=second.pk, role="operator")

    assert "2 roles were set on Quay" in page
    assert "crew-1 was so already" in page
    assert there() == {"crew-1": "operator", "crew-2": "operator", "crew-3": "operator"}
    undone(client)
    assert there() == {"crew-1": "operator", "crew-2": "viewer"}
    assert Membership.objects.filter(site=site, user__in=crew, role=Role.VIEWER).count() == 3


def test_a_role_can_be_taken_from_many(site: Site, client: Client, crew: list[User]) -> None:
    """SEC-1: with the last role that the visitor sees, people are gone from the list."""
    assert "2 roles were set on Harbour" in done(client, "role", crew[:2], site=site.pk, role="none")
    assert list(Membership.objects.filter(user__in=crew).values_list("user__username", flat=True)) == ["crew-3"]


@pytest.mark.parametrize(("site_id", "role"), [("", "operator"), ("x", "operator"), ("1", "king"), ("1", "")])
def test_a_role_needs_a_site_and_a_role(site: Site, client: Client, crew: list[User], site_id: str, role: str) -> None:
    """SPEC 15: said at its field, and nothing is done."""
    given = {"do": "role", "people": ",".join(str(one.pk) for one in crew), "role": role}

    answer = client.post("/people/bulk/", given | {"site": site.pk if site_id == "1" else site_id})

    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.content.decode()
    assert set(Membership.objects.filter(user__in=crew).values_list("role", flat=True)) == {Role.VIEWER}


def test_no_role_on_a_site_of_others(client: Client, stranger: User, crew: list[User]) -> None:
    """SEC-1: nor anything with people whom the visitor does not see."""
    elsewhere = Site.objects.get(name="Elsewhere")
    ids = ",".join(str(one.pk) for one in [*crew, stranger])

    refused = client.post("/people/bulk/", {"do": "role", "people": ids, "site": elsewhere.pk, "role": "viewer"})
    page = done(client, "disable", [*crew, stranger])

    assert refused.status_code == 422
    assert "stranger" not in page
    assert active([stranger]) == [True]
    assert not Membership.objects.filter(site=elsewhere, user__in=crew).exists()


def test_many_are_signed_out_everywhere(client: Client, crew: list[User]) -> None:
    """SEC-2: every browser of theirs, at once, and it is in the audit log; who is in nowhere is told apart."""
    browsers = [Client(), Client()]
    for browser in browsers:
        browser.post("/sign-in/", {"login": "crew-1", "password": PASSWORD})
    assert [browser.get("/").status_code for browser in browsers] == [200, 200]

    page = done(client, "sign-out", crew)

    assert "1 person was signed out" in page
    assert "crew-2 was signed in nowhere" in page
    assert [browser.get("/").status_code for browser in browsers] == [302, 302]
    assert not UserSession.objects.filter(user=crew[0]).exists()
    (entry,) = AuditEntry.objects.filter(object_repr="crew-1", changes__has_key="sessions")
    assert entry.changes == {"sessions": [2, 0]}
    assert "Undo" not in page
    assert signs_in(crew[0])


def test_one_is_signed_out_on_their_own_page(client: Client, crew: list[User]) -> None:
    """SEC-2: by the button there."""
    browser = Client()
    browser.post("/sign-in/", {"login": "crew-2", "password": PASSWORD})

    answer = client.post(f"/people/{crew[1].pk}/sign-out/", follow=True)

    assert "crew-2 is signed out everywhere." in words(answer)
    assert browser.get("/").status_code == 302


@pytest.mark.parametrize("given", [{}, {"do": "disable"}, {"do": "promote", "people": "1"}, {"people": "1,x,-1"}])
def test_without_anybody_or_anything_to_do_nothing_happens(client: Client, owner: User, given: dict[str, str]) -> None:
    """SPEC 15: whatever is sent."""
    answer = client.post("/people/bulk/", given)

    assert answer.status_code == 422
    assert "Nobody is selected" in words(answer)
    assert client.get(DONE).headers["Location"] == "/people/"


def test_the_last_administrator_of_the_portal_stays(owner: User, signed_in) -> None:
    """SEC-2: two who disable each other at once leave one."""
    chief, other = UserFactory(username="chief", is_superuser=True), UserFactory(username="other", is_superuser=True)

    page = done(signed_in(chief), "disable", [other, chief])

    assert "1 person was disabled" in page
    assert active([chief, other]) == [True, False]


def test_who_administers_nothing_is_refused(colleague: User, owner: User, signed_in) -> None:
    """SEC-1: the question, the answer and what became of it."""
    client = signed_in(colleague)

    assert client.get("/people/bulk/").status_code == 403
    assert client.post("/people/bulk/", {"do": "disable", "people": str(owner.pk)}).status_code == 403
    assert client.get(DONE).status_code == 403
