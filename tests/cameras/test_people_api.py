"""SEC-1, SEC-2, SEC-8, API-1: people, their roles, and what groups mean, in the API."""

import pytest
from django.test import Client

from cameras.models import GroupRole, Membership, Role, Site
from portal.accounts.models import User
from tests.factories import PASSWORD, MembershipFactory, UserFactory

USERS, ROLES, GROUPS = "/api/v1/users/", "/api/v1/memberships/", "/api/v1/group-roles/"


@pytest.fixture
def chief(db: None) -> User:
    """The portal administrator."""
    return UserFactory(username="chief", is_superuser=True)


def listed(answer) -> list[str]:
    return [one["username"] for one in answer.json()["results"]]


def test_people_are_seen_by_who_administers_them(
    owner: User, colleague: User, stranger: User, chief: User, api
) -> None:
    """SEC-1: all for the portal's administrators, own sites' for others, nobody for viewers and visitors."""
    assert listed(api(owner).get(USERS)) == ["owner", "colleague"]
    assert sorted(listed(api(chief).get(USERS))) == ["chief", "colleague", "owner", "stranger"]
    assert listed(api(colleague).get(USERS)) == []
    assert api().get(USERS).status_code == 401
    assert api(owner).get(f"{USERS}{stranger.pk}/").status_code == 404


def test_a_person_is_told_without_what_nobody_needs(
    site: Site, owner: User, colleague: User, stranger: User, api
) -> None:
    """SEC-1: no password, and no role on sites of others."""
    MembershipFactory(site=Site.objects.get(name="Elsewhere"), user=colleague)

    found = api(owner).get(f"{USERS}{colleague.pk}/").json()

    role = Membership.objects.get(user=colleague, site=site)
    assert found == {
        "id": colleague.pk,
        "username": "colleague",
        "first_name": "",
        "last_name": "",
        "email": "",
        "administrator": False,
        "active": True,
        "last_login": None,
        "memberships": [{"id": role.pk, "site": site.pk, "role": "viewer"}],
    }


@pytest.mark.parametrize(
    ("query", "found"),
    [("search=coll", ["colleague"]), ("active=false", []), ("order=username", ["colleague", "owner"])],
)
def test_the_list_is_narrowed(owner: User, colleague: User, api, query: str, found: list[str]) -> None:
    """API-1."""
    assert listed(api(owner).get(f"{USERS}?{query}")) == found


def test_the_site_of_the_list_is_one_that_is_administered(owner: User, colleague: User, site: Site, api) -> None:
    """SEC-1: a filter opens nothing."""
    watched = MembershipFactory(user=owner).site
    MembershipFactory(user=colleague, site=watched)

    assert listed(api(owner).get(f"{USERS}?site={site.pk}")) == ["owner", "colleague"]
    assert listed(api(owner).get(f"{USERS}?site={watched.pk}")) == []


def test_somebody_is_invited_with_a_link(site: Site, owner: User, api) -> None:
    """SEC-2: in this answer only; it leads to a password."""
    asked = {"username": "newcomer", "roles": [{"site": site.pk, "role": "operator"}]}
    answer = api(owner, "configure").post(USERS, asked, format="json")

    assert answer.status_code == 201
    assert answer.json()["memberships"][0]["role"] == "operator"
    link = answer.json()["link"].removeprefix("http://testserver")
    Client().post(link, {"password": PASSWORD, "again": PASSWORD})
    assert User.objects.get(username="newcomer").check_password(PASSWORD)
    assert "link" not in api(owner).get(f"{USERS}{answer.json()['id']}/").json()


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({"roles": []}, 403),
        ({"administrator": True}, 403),
        ({"roles": [{"site": 999, "role": "viewer"}]}, 400),
        ({"username": "owner"}, 400),
        ({"username": "a b"}, 400),
        ({"email": "nowhere"}, 400),
        ({"password": "x"}, 400),
    ],
)
def test_what_may_not_be_makes_nobody(site: Site, owner: User, api, more: dict[str, object], status: int) -> None:
    """SEC-1, SPEC 15."""
    asked = {"username": "newcomer", "roles": [{"site": site.pk, "role": "operator"}]} | more

    answer = api(owner, "configure").post(USERS, asked, format="json")

    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert User.objects.count() == 1


def test_nobody_is_invited_to_a_site_that_one_only_looks_at(owner: User, api) -> None:
    """SEC-1: the list of roles is done whole or not at all."""
    watched = MembershipFactory(user=owner).site
    asked = {"username": "newcomer", "roles": [{"site": watched.pk, "role": "viewer"}]}

    assert api(owner, "configure").post(USERS, asked, format="json").status_code == 403
    assert not User.objects.filter(username="newcomer").exists()


def test_a_person_is_changed(owner: User, colleague: User, api) -> None:
    """API-1, API-2: what is left out stays; the ETag of what was seen is needed."""
    client, place = api(owner, "configure", if_match=None), f"{USERS}{colleague.pk}/"
    seen = client.get(place).headers["ETag"]
    assert client.patch(place, {"first_name": "Nia"}, format="json").status_code == 428

    answer = client.patch(place, {"first_name": "Nia"}, format="json", HTTP_IF_MATCH=seen)

    assert (answer.status_code, answer.json()["first_name"]) == (200, "Nia")
    assert client.patch(place, {"active": False}, format="json", HTTP_IF_MATCH=seen).status_code == 412


def test_disabling_shuts_tokens_too(owner: User, colleague: User, api) -> None:
    """SEC-2."""
    program = api(colleague)
    answer = api(owner, "configure").patch(f"{USERS}{colleague.pk}/", {"active": False}, format="json")

    assert answer.json()["active"] is False
    assert program.get(USERS).status_code == 401


def test_somebody_is_signed_out_everywhere(owner: User, colleague: User, api) -> None:
    """SEC-2: their browsers, not their programs."""
    program, browser = api(colleague), Client()
    browser.post("/sign-in/", {"login": colleague.username, "password": PASSWORD})
    assert browser.get("/").status_code == 200

    assert api(owner, "configure").post(f"{USERS}{colleague.pk}/sign-out/").status_code == 204

    assert browser.get("/").status_code == 302
    assert program.get("/api/v1/sites/").status_code == 200


def test_the_last_portal_administrator_stays(chief: User, owner: User, api) -> None:
    """SEC-1: the answer is 409; another one is needed first, who has taken up the account."""
    second = UserFactory(username="second", is_superuser=True)
    client = api(second, "configure")
    place = f"{USERS}{chief.pk}/"
    User.objects.filter(pk=second.pk).update(password="!invited, no password yet")

    for change in ({"administrator": False}, {"active": False}):
        answer = client.patch(place, change, format="json")
        assert (answer.status_code, answer.json()["code"]) == (409, "last_administrator")
    assert client.post(f"{place}link/").status_code == 409

    User.objects.filter(pk=second.pk).update(password="good")
    assert client.patch(place, {"administrator": False}, format="json").json()["administrator"] is False


def test_only_portal_administrators_make_another_one(owner: User, colleague: User, chief: User, api) -> None:
    """SEC-1."""
    place = f"{USERS}{colleague.pk}/"

    assert api(owner, "configure").patch(place, {"administrator": True}, format="json").status_code == 403
    assert api(chief, "configure").patch(place, {"administrator": True}, format="json").json()["administrator"] is True


@pytest.mark.parametrize(
    ("method", "path"), [("patch", ""), ("post", "link/"), ("post", "sign-out/"), ("post", "remove-second-factor/")]
)
def test_whose_account_is_not_ones_to_handle(
    owner: User, colleague: User, stranger: User, api, *, method: str, path: str
) -> None:
    """SEC-1: oneself, whoever has roles elsewhere; a stranger is not there; reading is no changing."""
    MembershipFactory(user=colleague, site=Site.objects.get(name="Elsewhere"))
    client = api(owner, "configure")

    for person, status in ((owner, 403), (colleague, 403), (stranger, 404)):
        assert getattr(client, method)(f"{USERS}{person.pk}/{path}", {}, format="json").status_code == status
    assert getattr(api(owner), method)(f"{USERS}{colleague.pk}/{path}", {}, format="json").status_code == 403


def test_roles_are_given_changed_and_taken(site: Site, owner: User, colleague: User, chief: User, api) -> None:
    """SEC-1: 409 names the one there is."""
    newcomer = UserFactory(username="newcomer")
    client = api(chief, "configure")
    made = client.post(ROLES, {"user": newcomer.pk, "site": site.pk, "role": "viewer"}, format="json")
    assert (made.status_code, made.json()["username"], made.json()["site_name"]) == (201, "newcomer", "Harbour")
    again = client.post(ROLES, {"user": newcomer.pk, "site": site.pk, "role": "operator"}, format="json")
    assert (again.status_code, again.json()["membership"]) == (409, made.json()["id"])

    place = f"{ROLES}{made.json()['id']}/"
    assert api(owner, "configure").patch(place, {"role": "operator"}, format="json").json()["role"] == "operator"
    assert api(owner, "configure").delete(place).status_code == 204
    assert not Membership.objects.filter(user=newcomer).exists()


def test_roles_of_others_sites_are_not_there(owner: User, stranger: User, colleague: User, api) -> None:
    """SEC-1."""
    theirs = Membership.objects.get(user=stranger)
    client = api(owner, "configure")

    assert listed(client.get(ROLES)) == ["owner", "colleague"]
    assert client.get(f"{ROLES}{theirs.pk}/").status_code == 404
    assert client.patch(f"{ROLES}{theirs.pk}/", {"role": "viewer"}, format="json").status_code == 404
    assert client.delete(f"{ROLES}{theirs.pk}/").status_code == 404
    for facts in ({"user": colleague.pk, "site": theirs.site_id}, {"user": stranger.pk, "site": owner.sites.get().pk}):
        assert client.post(ROLES, facts | {"role": "viewer"}, format="json").status_code == 400
    assert listed(api(colleague).get(ROLES)) == []


def test_nobody_changes_their_own_role(owner: User, chief: User, site: Site, api) -> None:
    """SEC-1: but a portal administrator, who has every site anyway."""
    own = Membership.objects.get(user=owner)
    client = api(owner, "configure")

    assert client.patch(f"{ROLES}{own.pk}/", {"role": "viewer"}, format="json").status_code == 403
    assert client.delete(f"{ROLES}{own.pk}/").status_code == 403
    theirs = MembershipFactory(user=chief, site=site)
    assert api(chief, "configure").delete(f"{ROLES}{theirs.pk}/").status_code == 204


def test_groups_are_for_portal_administrators(site: Site, owner: User, chief: User, api) -> None:
    """SEC-8: a second line about the same replaces the first."""
    asked = {"group": "guards", "site": site.pk, "role": "viewer"}
    assert api(owner, "configure").post(GROUPS, asked, format="json").status_code == 403
    assert api(owner).get(GROUPS).json()["results"] == []
    client = api(chief, "configure")
    made = client.post(GROUPS, asked, format="json")
    again = client.post(GROUPS, asked | {"role": "operator"}, format="json")

    assert made.status_code == 201
    assert again.json() == {"id": made.json()["id"], **asked, "role": "operator"}
    assert client.get(f"{GROUPS}{made.json()['id']}/").json() == again.json()
    assert api(owner, "configure").delete(f"{GROUPS}{made.json()['id']}/").status_code == 404
    assert client.delete(f"{GROUPS}{made.json()['id']}/").status_code == 204
    assert not GroupRole.objects.exists()


@pytest.mark.parametrize(
    "asked",
    [
        {"group": ""},
        {"group": "x", "role": "king"},
        {"group": "x"},
        {"group": "x", "site": None, "role": "viewer"},
        {"group": "x", "site": 99},
    ],
)
def test_a_line_that_makes_no_sense_is_not_kept(chief: User, api, asked: dict[str, object]) -> None:
    """SPEC 15: without a site the role is administrator."""
    assert api(chief, "configure").post(GROUPS, asked, format="json").status_code == 400
    assert not GroupRole.objects.exists()


@pytest.mark.parametrize("people", [1, 30])
@pytest.mark.parametrize("place", [USERS, ROLES])
def test_a_list_asks_as_often_for_many(
    place: str, people: int, site: Site, owner: User, api, *, django_assert_max_num_queries
) -> None:
    """STYLE 10."""
    MembershipFactory.create_batch(people, site=site, role=Role.VIEWER)
    client = api(owner)
    client.get(place)

    with django_assert_max_num_queries(6):
        assert len(client.get(place).json()["results"]) == people + 1
