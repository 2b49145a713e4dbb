"""OPR-9: the noise report as a page, and the way from it to the settings."""

import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from cameras.models import Camera, Site
from portal.accounts.models import User
from portal.dashboard.proposal import proposal_of, proposal_url
from tests.analytics.test_timeline import log_write
from tests.factories import AlarmFactory, CameraFactory

WHOLE = [[0, 0], [1, 0], [1, 1], [0, 1]]


@pytest.fixture
def camera(site: Site) -> Camera:
    """Crowds of 15 s every ten minutes of the last day; one alarm was closed as false."""
    area = {"number": 1, "name": "Lobby", "polygon": WHOLE, "status": True, "count_threshold": 10, "time_s": 10}
    camera = CameraFactory(site=site, occupancy={"areas": [area]})
    now = datetime.now(UTC)
    at = range(0, 86_400, 600)
    log_write(camera, {0: 0} | {s + 1: 12 for s in at} | {s + 16: 0 for s in at}, now - timedelta(days=1), now)
    done = {"ended_at": now, "acknowledged_at": now, "closed_at": now, "verdict": "false"}
    AlarmFactory(camera=camera, started_at=now - timedelta(minutes=1), **done)
    return camera


def proposed(client: Client, url: str) -> dict:
    """What the form of the settings is told to type in."""
    page = client.get(url).content.decode()
    found = re.search(r'<script id="settings-data" type="application/json">(.*?)</script>', page)
    assert found
    return json.loads(found[1])["proposed"]


def test_one_press_leads_to_the_settings_with_the_proposal(camera: Camera, owner: User, signed_in) -> None:
    """OPR-9: its effect beside it; the stored settings stay as they are."""
    client = signed_in(owner)
    page = client.get("/alarms/noise/").content.decode()
    assert f'hx-get="/alarms/noise/{camera.pk}/1/?days=7"' in page

    row = client.get(f"/alarms/noise/{camera.pk}/1/?days=7").content.decode()
    assert "Time 20 s" in row
    assert "would have raised 0 alarms instead of 144." in row
    link = re.search(r'class="button" href="([^"]+)"', row)
    assert link
    found = proposed(client, link[1].replace("&amp;", "&"))
    assert found == {"place": 0, "values": {"areas[0].time_s": 20}}
    assert camera.extensions.get().occupancy().areas[0].time_s == 10


def test_who_may_not_configure_reads_it_without_the_button(camera: Camera, colleague: User, signed_in) -> None:
    """SEC-1."""
    row = signed_in(colleague).get(f"/alarms/noise/{camera.pk}/1/").content.decode()

    assert "Time 20 s" in row
    assert "button" not in row


def test_others_see_nothing_of_it(camera: Camera, stranger: User, signed_in) -> None:
    """SEC-1."""
    assert "No noise" in signed_in(stranger).get("/alarms/noise/").content.decode()
    assert signed_in(stranger).get(f"/alarms/noise/{camera.pk}/1/").status_code == 404


def test_an_address_fills_in_what_it_names_and_nothing_else() -> None:
    """OPR-9: what is none is left out; the form says the rest."""
    query = proposal_url(7, 2, {"count_threshold": 11}).partition("?")[2]
    assert query == "area=2&count_threshold=11"
    assert proposal_of({"area": "2", "count_threshold": "11"}) == {
        "place": 1,
        "values": {"areas[1].count_threshold": 11},
    }
    assert proposal_of({"area": "2", "time_s": "nan", "name": "x"}) == {"place": 1, "values": {}}
    assert proposal_of({"area": "9", "time_s": "20"}) == {}
