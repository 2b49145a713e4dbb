"""OPR-7: when a site escalates, in the API and on the page."""

from typing import Any

import pytest

from cameras.models import Site
from notifications.models import Escalation
from portal.accounts.models import User
from tests.factories import DestinationFactory

pytestmark = pytest.mark.django_db


def url(site: Site) -> str:
    return f"/api/v1/sites/{site.pk}/escalation/"


def test_a_site_has_its_minutes(api: Any, owner: User, site: Site) -> None:
    """OPR-7: set, changed, removed."""
    client = api(owner, "configure")
    assert client.get(url(site)).status_code == 404
    made = api(owner, "configure", if_match=None).put(url(site), {"after_min": 5}, format="json")
    assert (made.status_code, made.json()["after_min"]) == (200, 5)
    assert client.put(url(site), {"after_min": 10}, format="json").json()["after_min"] == 10
    assert client.get(url(site)).json()["after_min"] == 10

    assert client.delete(url(site)).status_code == 204
    assert not Escalation.objects.exists()


@pytest.mark.parametrize("body", [{"after_min": 0}, {"after_min": 1441}, {"after_min": "soon"}, {}])
def test_minutes_that_are_none_are_named(api: Any, owner: User, site: Site, body: dict[str, Any]) -> None:
    """API-1."""
    answer = api(owner, "configure", if_match=None).put(url(site), body, format="json")

    assert answer.status_code == 400
    assert [one["path"] for one in answer.json()["errors"]] == ["after_min"]


def test_only_who_administers_the_site_sees_it(api: Any, colleague: User, stranger: User, site: Site) -> None:
    """SEC-1."""
    Escalation.objects.create(site=site, after_min=5, changed_at="2026-11-20T12:00Z")
    for who, code in ((colleague, 403), (stranger, 404)):
        client = api(who, "configure")
        assert client.get(url(site)).status_code == code
        assert client.put(url(site), {"after_min": 1}, format="json").status_code == code
        assert client.delete(url(site)).status_code == code


# --- the page ---------------------------------------------------------------------------------------------------------
def test_the_page_sets_it_and_says_who_is_told(owner: User, site: Site, signed_in: Any) -> None:
    """OPR-7: and warns while nobody would be."""
    client = signed_in(owner)
    answer = client.post(f"/deliveries/escalation/{site.pk}/", {"after_min": "15"}, follow=True)
    assert "after 15 minutes" in answer.content.decode()
    assert "Nobody would be told" in answer.content.decode()

    DestinationFactory(site=site, name="Manager on duty", events=["escalated"])
    shown = client.get("/deliveries/escalation/").content.decode()
    assert "Manager on duty" in shown
    assert "Nobody would be told" not in shown

    client.post(f"/deliveries/escalation/{site.pk}/", {"after_min": ""})
    assert not Escalation.objects.exists()


@pytest.mark.parametrize("typed", ["soon", "0", "1441", "99999999"])
def test_what_is_refused_stays_as_it_was_typed(owner: User, site: Site, signed_in: Any, typed: str) -> None:
    """House rule: with what is wrong about it."""
    answer = signed_in(owner).post(f"/deliveries/escalation/{site.pk}/", {"after_min": typed})

    assert answer.status_code == 422
    assert f'value="{typed}"' in answer.content.decode()
    assert not Escalation.objects.exists()


def test_the_page_is_for_administrators(colleague: User, stranger: User, site: Site, signed_in: Any) -> None:
    """SEC-1."""
    assert signed_in(colleague).get("/deliveries/escalation/").status_code == 403
    assert signed_in(colleague).post(f"/deliveries/escalation/{site.pk}/", {"after_min": "5"}).status_code == 403
    assert signed_in(stranger).post(f"/deliveries/escalation/{site.pk}/", {"after_min": "5"}).status_code == 404
