"""SEC-5: the audit log: what it notes of an entry's circumstances, and that nobody takes it back."""

from collections.abc import Callable

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.test import Client
from pytest_django import Settings

from cameras.models import Camera, Role, Site
from cameras.services.site import membership_set, site_update
from portal.accounts.models import User
from portal.common.acting import acting, acting_now
from portal.common.errors import AppendOnlyError
from portal.common.models import AuditEntry
from tests.factories import PASSWORD, CameraFactory, UserFactory

Action = AuditEntry.Action


@pytest.fixture
def entry(site: Site) -> AuditEntry:
    """That the site was added."""
    return AuditEntry.objects.get_for_object(site).get()


# --- Append-only ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda entry: entry.save(), id="save"),
        pytest.param(lambda entry: entry.delete(), id="delete"),
        pytest.param(lambda _: AuditEntry.objects.update(actor_name="nobody"), id="update"),
        pytest.param(lambda _: AuditEntry.objects.all().delete(), id="delete all"),
        pytest.param(lambda entry: AuditEntry.objects.bulk_update([entry], ["actor_name"]), id="bulk update"),
        pytest.param(lambda _: call_command("auditlogflush", "--yes"), id="the command of django-auditlog"),
    ],
)
def test_our_own_code_cannot_rewrite_the_log(entry: AuditEntry, change: Callable[[AuditEntry], object]) -> None:
    """SEC-5: append-only in the model layer."""
    with pytest.raises(AppendOnlyError, match="append-only"):
        change(entry)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE common_auditentry SET actor_name = 'nobody'",
        "DELETE FROM common_auditentry",
        "DELETE FROM common_auditentry WHERE id = %(id)s",
        "INSERT OR REPLACE INTO common_auditentry SELECT * FROM common_auditentry",
        "INSERT INTO common_auditentry SELECT * FROM common_auditentry WHERE true"
        " ON CONFLICT (id) DO UPDATE SET cid = ''",
        "TRUNCATE common_auditentry",
    ],
)
def test_the_database_refuses_to_rewrite_the_log(entry: AuditEntry, statement: str) -> None:
    """SEC-5: append-only by triggers, on SQLite and PostgreSQL; what one of them does not know is an error as well."""
    before = list(AuditEntry.objects.values())
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.replace("%(id)s", str(entry.pk)))

    assert list(AuditEntry.objects.values()) == before


def test_a_refusal_of_the_database_says_why(entry: AuditEntry) -> None:
    """SEC-5: for who tries it by hand."""
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM common_auditentry")


def test_an_entry_outlives_whom_and_what_it_is_about(site: Site, owner: User) -> None:
    """SEC-5: users and sites can be removed; the log still says who it was."""
    with acting(user=owner):
        site_update(site=site, name="North quay")
    owner_id, site_id = owner.pk, site.pk
    site.delete()
    owner.delete()

    kept = AuditEntry.objects.get(action=Action.UPDATE)
    assert (kept.actor_name, kept.actor_id, kept.site_id) == ("owner", owner_id, site_id)


# --- Who, from where --------------------------------------------------------------------------------------------------
def test_an_entry_says_who_from_where_and_in_which_request(owner: User, site: Site, api) -> None:
    """SEC-5: user, token, address, request id, before and after."""
    answer = api(owner, "configure").patch(
        f"/api/v1/sites/{site.pk}/",
        {"name": "North quay"},
        format="json",
        HTTP_IF_MATCH="*",
        REMOTE_ADDR="203.0.113.9",
    )
    assert answer.status_code == 200

    entry = AuditEntry.objects.get_for_object(site).first()
    assert (entry.actor, entry.actor_name, entry.remote_addr) == (owner, "owner", "203.0.113.9")
    assert (entry.cid, entry.additional_data) == (answer.headers["X-Request-ID"], {"token": "test"})
    assert entry.changes["name"] == ["Harbour", "North quay"]


def test_the_address_is_the_one_of_the_client_behind_a_proxy(settings: Settings, owner: User, site: Site, api) -> None:
    """SEC-5: of trusted proxies only."""
    settings.TRUSTED_PROXIES = ["10.0.0.5"]
    url, told = f"/api/v1/sites/{site.pk}/", {"HTTP_IF_MATCH": "*", "HTTP_X_FORWARDED_FOR": "1.2.3.4, 203.0.113.9"}
    client = api(owner, "configure")
    for name, peer in (("One", "10.0.0.5"), ("Two", "10.0.0.6")):
        client.patch(url, {"name": name}, format="json", REMOTE_ADDR=peer, **told)

    found = AuditEntry.objects.get_for_object(site).filter(action=Action.UPDATE).order_by("id")
    assert [entry.remote_addr for entry in found] == ["203.0.113.9", "10.0.0.6"]


def test_what_nobody_asked_for_is_the_portals_own(site: Site) -> None:
    """SEC-5: no user, no address."""
    entry = AuditEntry.objects.get_for_object(site).get()

    assert (entry.actor, entry.actor_name, entry.remote_addr) == (None, "", None)


def test_who_is_acting_is_forgotten_again(owner: User, colleague: User) -> None:
    """SEC-5: nobody's change is noted as another's."""
    with acting(user=owner, address="203.0.113.9"):
        with acting(user=colleague):
            assert (acting_now().user, acting_now().address) == (colleague, "203.0.113.9")
        assert acting_now().user == owner
    assert acting_now().user is None


# --- Sites ------------------------------------------------------------------------------------------------------------
def test_an_entry_belongs_to_the_site_of_what_changed(site: Site, owner: User) -> None:
    """SEC-1: sites themselves, cameras, extensions and memberships alike; users to none."""
    camera: Camera = CameraFactory(site=site)
    membership_set(site=site, user=UserFactory(username="new"), role=Role.VIEWER)
    camera.delete()
    places = AuditEntry.objects.values_list("content_type__model", "site_id").distinct().order_by()

    assert set(places) >= {("site", site.pk), ("camera", site.pk), ("extension", site.pk), ("membership", site.pk)}
    assert ("user", None) in set(places)


# --- Sign-ins and refusals --------------------------------------------------------------------------------------------
def sign_in(name: str, password: str, address: str = "203.0.113.9") -> Client:
    client = Client(REMOTE_ADDR=address)
    client.post("/sign-in/", {"login": name, "password": password})
    return client


def noted(*actions: int) -> list[tuple[int, str, str, str]]:
    entries = AuditEntry.objects.filter(action__in=actions or (4, 5, 6, 7)).order_by("id")
    return [(one.action, one.actor_name, one.object_repr, one.remote_addr) for one in entries]


def test_signing_in_and_out_is_noted(colleague: User) -> None:
    """SEC-5: sign-ins."""
    cache.clear()
    sign_in("colleague", PASSWORD).post("/sign-out/")

    here = ("colleague", "colleague", "203.0.113.9")
    assert noted() == [(Action.SIGN_IN, *here), (Action.SIGN_OUT, *here)]


def test_a_sign_in_that_failed_is_noted_about_the_account(colleague: User) -> None:
    """SEC-5: nobody acted, as nobody knows who it was; the password is nowhere."""
    sign_in("colleague", "a wrong passphrase")

    assert noted() == [(Action.SIGN_IN_FAILED, "", "colleague", "203.0.113.9")]
    assert "a wrong passphrase" not in str(list(AuditEntry.objects.values()))


def test_a_name_that_nobody_has_is_not_kept(db: None) -> None:
    """SEC-5: somebody may have typed the password there."""
    sign_in("correct horse battery", "x")

    assert noted() == [(Action.SIGN_IN_FAILED, "", "", "203.0.113.9")]
    assert "correct horse" not in str(list(AuditEntry.objects.values()))


def test_what_somebody_may_not_do_is_noted_once_an_hour(colleague: User, site: Site, api) -> None:
    """SEC-5: permission refusals, without filling the log."""
    client = api(colleague, "configure")
    statuses = {client.patch(f"/api/v1/sites/{site.pk}/", {}, HTTP_IF_MATCH="*").status_code for _ in range(3)}

    [entry] = AuditEntry.objects.filter(action=Action.REFUSED)
    assert statuses == {403}
    assert (entry.actor, entry.content_type) == (colleague, None)
    assert entry.additional_data == {"token": "test", "request": f"PATCH /api/v1/sites/{site.pk}/"}


def test_what_a_visitor_may_not_do_is_not_noted(site: Site) -> None:
    """SEC-5: anybody could fill the log; the limit of its address stops them."""
    assert Client(enforce_csrf_checks=True).post("/sign-out/").status_code == 403

    assert noted() == []
