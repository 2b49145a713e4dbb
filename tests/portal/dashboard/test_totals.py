"""The totals of the overview are those of the lists they lead to, whatever the sites hold (DASH-1)."""

import html
import re
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from cameras.models import Camera, Site
from portal.accounts.models import User
from tests.factories import AlarmFactory, CameraFactory, MembershipFactory, SiteFactory, UserFactory
from tests.states import area_state, state_write

WHOLE = [[0, 0], [1, 0], [1, 1]]
ENDED = "2026-01-01T00:00:00Z"


@dataclass(frozen=True)
class Made:
    """One camera. counts: of its areas, threshold 3, None while nobody knows.    age_s: of its last frame, None: no
    word from it at all.    alarms: open ones, then ended ones."""

    enabled: bool
    kind: str
    status: str
    age_s: int | None
    count: int | None
    counts: list[int | None]
    alarms: tuple[int, int]

    @property
    def known(self) -> bool:
        return self.enabled and self.age_s is not None and self.age_s < 30 and self.count is not None

    @property
    def online(self) -> bool:
        return self.enabled and self.age_s is not None and self.status == "online"


@dataclass(frozen=True)
class Totals:
    """Of a site, or of all."""

    online: int = 0
    offline: int = 0
    people: int | None = None
    open: int = 0


counts = st.none() | st.integers(0, 6)
cameras = st.builds(
    Made,
    enabled=st.booleans(),
    kind=st.sampled_from(["human", "vehicle"]),
    status=st.sampled_from(["online", "stalled", "offline"]),
    age_s=st.sampled_from([None, 0, 10, 60]),
    count=counts,
    counts=st.lists(counts, min_size=1, max_size=4),
    alarms=st.tuples(st.integers(0, 2), st.integers(0, 1)),
)
sites = st.lists(st.lists(cameras, max_size=4), min_size=1, max_size=2)


@pytest.mark.usefixtures("valkey")
@given(sites)
@settings(
    max_examples=12,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],  # an example is a dozen pages: to shrink one takes minutes
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_the_totals_of_every_card_are_those_of_its_lists(db: None, made: list[list[Made]]) -> None:
    """DASH-1, SEC-1: cameras, alarms, people, areas; the strip adds up the cards, and another's site adds nothing."""
    user = UserFactory()
    built = [build(user, one) for one in made]
    build(UserFactory(), made[0])
    client = Client()
    client.force_login(user)
    page = html.unescape(client.get("/").content.decode())

    cards = {site.pk: card_of(page, site) for site in built}

    for site, cameras in zip(built, made, strict=True):
        assert cards[site.pk] == listed(client, site, cameras)
    strip = dict(re.findall(r'data-figure="(\w+)".*?data-field="value">([^<]*)<', page, re.DOTALL))
    assert int(strip["online"]) == sum(one.online for one in cards.values())
    assert number(strip["people"]) == total(one.people for one in cards.values())
    assert int(strip["open"]) == sum(one.open for one in cards.values())
    looked = any(one.known for cameras in made for one in cameras)
    assert number(strip["over"]) == (sum(full(client, site) for site in built) if looked else None)


def build(user: User, made: list[Made]) -> Site:
    site = SiteFactory()
    MembershipFactory(site=site, user=user)
    for one in made:
        areas = [
            {"number": number, "status": True, "polygon": WHOLE, "count_threshold": 3}
            for number in range(1, len(one.counts) + 1)
        ]
        camera = CameraFactory(site=site, enabled=one.enabled, occupancy={"objects": [one.kind], "areas": areas})
        say(camera, one)
        AlarmFactory.create_batch(one.alarms[0], camera=camera)
        AlarmFactory.create_batch(one.alarms[1], camera=camera, ended_at=ENDED)
    return site


def say(camera: Camera, made: Made) -> None:
    if made.age_s is None:
        return
    areas = [area_state(number=number, count=count, threshold=3) for number, count in enumerate(made.counts, start=1)]
    said: dict[str, Any] = {"status": made.status, "count": made.count, "areas": areas}
    state_write(camera, last_frame_at=time.time() - made.age_s, **said)


def card_of(page: str, site: Site) -> Totals:
    """As a person reads it; a chip that is hidden says nothing."""
    card = page.partition(f'data-site-card="{site.pk}"')[2].partition("</article>")[0]
    online, every = re.findall(r"(\d+) of (\d+) cameras online", card)[0]
    chips = re.findall(r'data-chip="(\w+)"( hidden)?>.*?data-field="text">(\d+) ', card)
    shown = {name: 0 if hidden else int(number) for name, hidden, number in chips}
    assert shown["offline"] == int(every) - int(online)
    people = re.findall(r'data-field="people">([^<]*)<', card)[0]
    return Totals(int(online), shown["offline"], number(people), shown["open"])


def listed(client: Client, site: Site, made: list[Made]) -> Totals:
    """What the lists hold to which the card leads; of people, who has no list, what was made."""

    def rows(path: str, mark: str) -> int:
        return len(re.findall(rf"<(?:li|tr)[^>]* {mark}=", client.get(path).content.decode()))

    return Totals(
        online=rows(f"/cameras/?site={site.pk}&status=online", "data-camera"),
        offline=rows(f"/cameras/?site={site.pk}&status=trouble", "data-camera"),
        people=total(one.count for one in made if one.known and one.kind == "human"),
        open=rows(f"/alarms/?site={site.pk}&state=active", "data-alarm"),
    )


def number(shown: str) -> int | None:
    """As a person reads it: a dash is no number (CNT-6)."""
    return None if shown == "–" else int(shown)


def total(counts: Iterable[int | None]) -> int | None:
    """Of the known ones; None while none is."""
    known = [count for count in counts if count is not None]
    return sum(known) if known else None


def full(client: Client, site: Site) -> int:
    """Areas with as many as their threshold, or more, on the page of the site."""
    page = client.get(f"/sites/{site.pk}/?all=1").content.decode().partition('class="area-lines"')[2]
    found = re.findall(r'data-field="count">([^<]*)<.*?data-field="threshold">(\d+)<', page, re.DOTALL)
    return sum(count != "–" and int(count) >= int(threshold) for count, threshold in found)
