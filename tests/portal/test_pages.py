"""UI 1: no page of the portal is left out where all of them are looked at."""

from django.urls import URLPattern, get_resolver

from tests.portal.pages import ELSEWHERE, FILES, PAGES, PARTS, STEPS


def test_every_address_of_the_dashboard_is_listed_as_what_it_is() -> None:
    """UI 1: tests/e2e/test_every_page.py looks at PAGES; a new route belongs there, or to what is no page."""
    routes = {one.name for one in get_resolver("portal.dashboard.urls").url_patterns if isinstance(one, URLPattern)}

    assert sorted([*PAGES, *ELSEWHERE, *PARTS, *FILES, *STEPS]) == sorted(routes)
