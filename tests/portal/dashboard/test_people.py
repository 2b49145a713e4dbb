"""SEC-1, SEC-2, UI 3: the pages about people: who sees whom, and who does what with whom."""

import csv
import io
import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP

from cameras.models import GroupRole, Membership, Role, Site
from portal.accounts.models import User
from tests.factories import MembershipFactory, SiteFactory, UserFactory
from tests.streamed import read


@pytest.fixture
def chief(db: None) -> User:
    """The portal administrator."""
    return UserFactory(username="chief", is_superuser=True)


def names(page: str) -> list[str]:
    return re.findall(r'class="table__main"[^>]*>([^<]+)<', page)


def test_an_administrator_of_a_site_sees_its_people_only(
    owner: User, colleague: User, stranger: User, signed_in
) -> None:
    """SEC-1: and of their roles those on the sites of the visitor."""
    elsewhere = Site.objects.get(name="Elsewhere")
    MembershipFactory(site=elsewhere, user=colleague, role=Role.OPERATOR)

    page = signed_in(owner).get("/people/").content.decode()

    assert names(page) == ["colleague", "owner"]
    assert "Harbour · Viewer" in page
    assert "Elsewhere" not in page


def test_a_portal_administrator_sees_everybody(chief: User, owner: User, stranger: User, signed_in) -> None:
    """SEC-1."""
    assert names(signed_in(chief).get("/people/").content.decode()) == ["chief", "owner", "stranger"]


def test_who_administers_nothing_sees_nobody(colleague: User, owner: User, signed_in) -> None:
    """SEC-1: neither the list nor anybody on it."""
    client = signed_in(colleague)

    assert client.get("/people/").status_code == 403
    assert client.get("/people/people.csv").status_code == 403
    assert client.get("/people/invite/").status_code == 403
    assert client.get(f"/people/{owner.pk}/").status_code == 404


def test_a_stranger_is_not_there(owner: User, stranger: User, signed_in) -> None:
    """SEC-1: to look at or to change."""
    client = signed_in(owner)

    assert client.get(f"/people/{stranger.pk}/").status_code == 404
    for step in ("link", "disable", "enable", "second-factor/remove", "administrator", "roles"):
        assert client.post(f"/people/{stranger.pk}/{step}/").status_code == 404, step
    assert client.post(f"/people/roles/{Membership.objects.get(user=stranger).pk}/remove/").status_code == 404


def invite(client, site: Site | None, **more: str):
    given = {"username": "newcomer", "site": site.pk if site else "", "role": "operator"}
    return client.post("/people/invite/", given | more)


def test_somebody_new_gets_a_link_that_is_shown_once(site: Site, owner: User, signed_in) -> None:
    """SEC-2: on this page only; the list says that it was not taken up yet."""
    client = signed_in(owner)
    answer = invite(client, site, first_name="Nia")
    link = re.search(r"<code>(http://testserver/welcome/[^<]+)</code>", answer.content.decode())

    assert link
    assert answer["Cache-Control"].startswith("max-age=0, no-cache, no-store")
    assert client.get(link[1].removeprefix("http://testserver")).status_code == 200
    assert Membership.objects.get(user__username="newcomer").role == Role.OPERATOR
    page = client.get("/people/?state=invited").content.decode()
    assert names(page) == ["newcomer"]
    assert link[1] not in page


def test_an_administrator_of_a_site_invites_to_own_sites_only(owner: User, stranger: User, signed_in) -> None:
    """SEC-1: nor a portal administrator, whatever the form is made to send."""
    client = signed_in(owner)

    assert invite(client, Site.objects.get(name="Elsewhere")).status_code == 422
    assert invite(client, None, administrator="on").status_code == 422
    assert invite(client, Site.objects.get(name="Harbour"), administrator="on").status_code == 200
    assert not User.objects.get(username="newcomer").is_superuser


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"username": "owner"}, "already exists"),
        ({"username": ""}, "needs a user name"),
        ({"username": "with space"}, "Enter a valid username"),
        ({"email": "nowhere"}, "valid email"),
        ({"role": "king"}, "king"),
    ],
)
def test_what_does_not_fit_is_said_at_its_field(
    site: Site, owner: User, signed_in, more: dict[str, str], says: str
) -> None:
    """SPEC 15: and nothing is made."""
    answer = invite(signed_in(owner), site, **more)

    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert User.objects.count() == 1


def test_roles_are_given_changed_and_taken(site: Site, owner: User, colleague: User, signed_in) -> None:
    """SEC-1: on sites of the visitor's; what was given holds at once."""
    second = MembershipFactory(user=owner, role=Role.ADMINISTRATOR, site__name="Quay").site
    client = signed_in(owner)
    place = f"/people/{colleague.pk}/roles/"

    client.post(place, {"site": site.pk, "role": "operator"})
    client.post(place, {"site": second.pk, "role": "viewer"})
    assert dict(Membership.objects.filter(user=colleague).values_list("site", "role")) == {
        site.pk: "operator",
        second.pk: "viewer",
    }

    client.post(f"/people/roles/{Membership.objects.get(user=colleague, site=second).pk}/remove/")
    assert signed_in(colleague).get(f"/sites/{second.pk}/").status_code == 404


def test_a_role_on_a_site_of_others_cannot_be_given(owner: User, colleague: User, stranger: User, signed_in) -> None:
    """SEC-1."""
    elsewhere = Site.objects.get(name="Elsewhere")
    answer = signed_in(owner).post(f"/people/{colleague.pk}/roles/", {"site": elsewhere.pk, "role": "viewer"})

    assert answer.status_code == 422
    assert not Membership.objects.filter(user=colleague, site=elsewhere).exists()


def test_nobody_shuts_themselves_out(site: Site, owner: User, signed_in) -> None:
    """SEC-1: one's own role and account are left to another administrator."""
    client = signed_in(owner)

    assert client.post(f"/people/{owner.pk}/roles/", {"site": site.pk, "role": "viewer"}).status_code == 403
    assert client.post(f"/people/roles/{Membership.objects.get(user=owner).pk}/remove/").status_code == 403
    assert client.post(f"/people/{owner.pk}/disable/").status_code == 403
    assert client.post(f"/people/{owner.pk}/link/").status_code == 403


STEPS = ("link", "disable", "enable", "second-factor/remove")


@pytest.mark.parametrize("step", STEPS)
def test_an_account_with_roles_elsewhere_is_not_one_sites_to_handle(
    step: str, owner: User, colleague: User, stranger: User, signed_in
) -> None:
    """SEC-1: a new link opens every site of the account, so it would be a way into them."""
    MembershipFactory(site=Site.objects.get(name="Elsewhere"), user=colleague)
    before = User.objects.get(pk=colleague.pk).password

    assert signed_in(owner).post(f"/people/{colleague.pk}/{step}/").status_code == 403
    assert signed_in(owner).post(f"/people/{colleague.pk}/", {"first_name": "X"}).status_code == 403
    assert User.objects.get(pk=colleague.pk).password == before


@pytest.mark.parametrize("step", STEPS)
def test_a_portal_administrator_is_not_one_sites_to_handle(
    step: str, owner: User, chief: User, site: Site, signed_in
) -> None:
    """SEC-1: although they have a role on the site."""
    MembershipFactory(site=site, user=chief)

    assert signed_in(owner).post(f"/people/{chief.pk}/{step}/").status_code == 403
    assert User.objects.get(pk=chief.pk).is_active


def test_only_portal_administrators_make_another_one(owner: User, colleague: User, chief: User, signed_in) -> None:
    """SEC-1."""
    place = f"/people/{colleague.pk}/administrator/"
    assert signed_in(owner).post(place, {"on": "1"}).status_code == 403
    assert not User.objects.get(pk=colleague.pk).is_superuser

    signed_in(chief).post(place, {"on": "1"})
    assert User.objects.get(pk=colleague.pk).is_superuser
    signed_in(chief).post(place, {"on": "0"})
    assert not User.objects.get(pk=colleague.pk).is_superuser


def test_who_is_disabled_is_out_at_once(owner: User, colleague: User, signed_in, api) -> None:
    """SEC-2: pages and tokens; and back again when enabled."""
    theirs, program = signed_in(colleague), api(colleague)
    signed_in(owner).post(f"/people/{colleague.pk}/disable/")

    assert theirs.get("/").status_code == 302
    assert program.get("/api/v1/cameras/").status_code == 401
    signed_in(owner).post(f"/people/{colleague.pk}/enable/")
    assert program.get("/api/v1/cameras/").status_code == 200


def test_a_lost_phone_is_helped(owner: User, colleague: User, signed_in) -> None:
    """SEC-2: the second factor of somebody is removed."""
    TOTP.activate(colleague, "JBSWY3DPEHPK3PXP")
    client = signed_in(owner)
    assert "Remove the second factor" in client.get(f"/people/{colleague.pk}/").content.decode()

    client.post(f"/people/{colleague.pk}/second-factor/remove/")

    assert not Authenticator.objects.filter(user=colleague).exists()


def test_a_new_link_is_shown_once(owner: User, colleague: User, signed_in) -> None:
    """SEC-2."""
    answer = signed_in(owner).post(f"/people/{colleague.pk}/link/")

    assert re.search(r"<code>http://testserver/welcome/[^<]+</code>", answer.content.decode())
    assert not User.objects.get(pk=colleague.pk).has_usable_password()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?q=coll", ["colleague"]),
        ("?q=nobody", []),
        ("?sort=-name", ["owner", "colleague"]),
        ("?sort=last", ["owner", "colleague"]),
        ("?sort=nonsense&state=nonsense", ["colleague", "owner"]),
        ("?state=disabled", []),
    ],
)
def test_the_table_is_narrowed_and_ordered(
    owner: User, colleague: User, signed_in, query: str, found: list[str]
) -> None:
    """UI 1: filters in the address."""
    assert names(signed_in(owner).get(f"/people/{query}").content.decode()) == found


def test_the_table_is_exported(owner: User, colleague: User, signed_in) -> None:
    """UI 1: as CSV; what a spreadsheet would take for a formula is guarded."""
    User.objects.filter(pk=colleague.pk).update(first_name="=cmd()")

    text = read(signed_in(owner).get("/people/people.csv")).decode()

    rows = list(csv.DictReader(io.StringIO(text)))
    assert [(row["User"], row["Roles"], row["State"]) for row in rows] == [
        ("colleague", "Harbour: viewer", "active"),
        ("owner", "Harbour: administrator", "active"),
    ]
    assert rows[0]["FirstName"] == "'=cmd()"


@pytest.mark.parametrize("people", [1, 40])
def test_the_table_asks_as_often_for_many(
    people: int, site: Site, owner: User, signed_in, django_assert_max_num_queries
) -> None:
    """STYLE 10."""
    MembershipFactory.create_batch(people, site=site)
    client = signed_in(owner)
    client.get("/people/")

    with django_assert_max_num_queries(12):
        client.get("/people/")


def test_what_groups_mean_is_for_portal_administrators(owner: User, chief: User, site: Site, signed_in) -> None:
    """SEC-8: one line for each group and site; without a site it makes portal administrators."""
    assert signed_in(owner).get("/people/groups/").status_code == 403
    assert signed_in(owner).post("/people/groups/", {"group": "x", "role": "viewer"}).status_code == 403
    client = signed_in(chief)

    client.post("/people/groups/", {"group": "guards", "site": site.pk, "role": "viewer"})
    client.post("/people/groups/", {"group": "guards", "site": site.pk, "role": "operator"})
    client.post("/people/groups/", {"group": "chiefs", "portal": "on", "role": "viewer"})
    slip = client.post("/people/groups/", {"group": "everybody", "site": "", "role": "viewer"})
    assert "Choose a site, or the whole portal." in slip.content.decode()

    rows = list(GroupRole.objects.order_by("pk").values_list("group", "site", "role"))
    assert rows == [("guards", site.pk, "operator"), ("chiefs", None, "administrator")]
    assert "guards" in client.get("/people/groups/").content.decode()
    assert client.post("/people/groups/", {"group": " ", "role": "viewer"}).status_code == 422

    client.post(f"/people/groups/{GroupRole.objects.get(group='chiefs').pk}/remove/")
    assert [row.group for row in GroupRole.objects.all()] == ["guards"]


def test_the_chosen_site_narrows_to_what_one_administers(owner: User, colleague: User, signed_in) -> None:
    """SEC-1: where one only looks, one learns nothing of others."""
    watched = SiteFactory(name="Watched")
    MembershipFactory(site=watched, user=owner, role=Role.VIEWER)
    MembershipFactory(site=watched, user=colleague)

    assert names(signed_in(owner).get(f"/people/?site={watched.pk}").content.decode()) == []
