"""SPEC 15: a NUL in an address, a query or a form is refused before PostgreSQL does it with an error."""

import pytest
from django.urls import reverse

PAGES = ("cameras", "alarms", "people", "deliveries", "audit", "counts")


@pytest.mark.parametrize("page", PAGES)
def test_a_query_of_a_page_holds_none(owner, signed_in, *, page: str) -> None:
    """SPEC 15: the page says that the request cannot be read."""
    client = signed_in(owner)

    assert client.get(reverse(page), {"q": "a"}).status_code == 200
    assert client.get(reverse(page), {"q": "a\0"}).status_code == 400
    assert client.get(reverse(page), {"a\0": "q"}).status_code == 400


def test_a_query_of_the_api_holds_none(owner, api) -> None:
    """API-1: a problem."""
    answer = api(owner).get("/api/v1/sites/", {"search": "a\0"})

    assert (answer.status_code, answer.json()["status"]) == (400, 400)


def test_there_is_nothing_at_an_address_with_one(owner, signed_in, api) -> None:
    """SPEC 15: 404, in the API as a problem."""
    assert signed_in(owner).get("/welcome/a%00/").status_code == 404
    assert api(owner).get("/api/v1/networks/a%00/").json()["status"] == 404


def test_a_form_holds_none(site, owner, signed_in) -> None:
    """SPEC 15: nothing of it is saved."""
    answer = signed_in(owner).post(reverse("site_edit", args=[site.pk]), {"name": "Har\0bour", "time_zone": "UTC"})
    site.refresh_from_db()

    assert (answer.status_code, site.name) == (400, "Harbour")
