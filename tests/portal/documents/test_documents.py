"""The pages: references from the code, and links that lead somewhere."""

from pathlib import Path

import pytest
from django.conf import settings

from portal.documents.links import broken_links
from portal.documents.settings_table import settings_page

PAGES = sorted([*settings.BASE_DIR.glob("*.md"), *(settings.BASE_DIR / "docs").rglob("*.md")])


@pytest.mark.parametrize("page", [pytest.param(page, id=str(page.relative_to(settings.BASE_DIR))) for page in PAGES])
def test_every_link_of_the_documentation_leads_somewhere(page: Path) -> None:
    """RUN-1: a newcomer follows the README."""
    assert list(broken_links(page)) == []


def test_a_link_to_a_missing_file_or_heading_is_named(tmp_path: Path) -> None:
    """RUN-1: both kinds of broken link; addresses elsewhere are left alone."""
    page = tmp_path / "page.md"
    page.write_text("# A title, here\n[a](gone.md) [b](#a-title-here) [c](#nowhere) [d](https://example.org)\n")

    assert list(broken_links(page)) == [f"{page}: gone.md", f"{page}: #nowhere"]


def test_links_inside_code_are_no_links(tmp_path: Path) -> None:
    """RUN-1: an example is not followed."""
    page = tmp_path / "page.md"
    page.write_text("```\n[a](gone.md)\n```\n")

    assert list(broken_links(page)) == []


def test_the_settings_page_has_range_and_default_of_each_setting() -> None:
    """SPEC 3: the values that forms and API check are the ones that are documented."""
    page = settings_page()

    assert "| Time to reset during pause | `pause_reset_s` | 0 to 600 s | `5` |" in page
    assert "| Count threshold | `count_threshold` | 1 to 40 | `5` |" in page
    assert "| Alarm notification | `alarm_notification` | `true`, `false` | `true` |" in page
    assert "### `http.destinations`" in page
    assert "| Port | `port` | 1 to 65535 | `443` |" in page
    assert "| Client key | `mqtt_client_key` |" in page
