"""The overview's figures for the first paint (DASH-1): plain values. `static/js/overview/figures.js` keeps them up."""

from collections.abc import Iterable, Iterator
from dataclasses import astuple, dataclass
from typing import Any

from django.urls import reverse

from analytics.live import AreaState
from cameras.models import Camera, Site
from portal.dashboard.seen import Seen

ROWS = 6  # areas that a card shows
CARDS = 60  # sites that a page shows; of more, the worst ones until somebody asks for all


@dataclass(frozen=True, slots=True)
class AreaRow:
    """One line of a card: an area, and how full it is."""

    camera: Camera
    area: AreaState
    quality: str

    @property
    def level(self) -> str:
        """alarm, reached or below; unknown while stale, or without a count."""
        if self.quality == "stale" or self.area["count"] is None:
            return "unknown"
        if self.area["alarm"]:
            return "alarm"
        return "reached" if is_over(self.area) else "below"

    @property
    def share(self) -> float:
        """How much of the meter is filled, 0 to 100; full at the threshold."""
        return min(100.0, 100 * (self.area["count"] or 0) / self.area["threshold"])


@dataclass(frozen=True, slots=True)
class Figures:
    """all, online: cameras that are switched on, and those with a picture; the sums leave out what nobody knows now.

    over, people: areas at their threshold, people on all pictures; None while no camera that counts them is known: that
    nobody looks is not the same as nobody there (CNT-6).
    """

    all: int = 0
    online: int = 0
    over: int | None = None
    people: int | None = None
    fps: float = 0.0
    open_alarms: int = 0

    @property
    def offline(self) -> int:
        return self.all - self.online

    def __add__(self, other: "Figures") -> "Figures":
        """Of the cameras of both."""
        return Figures(*(_sum(pair) for pair in zip(astuple(self), astuple(other), strict=True)))


@dataclass(frozen=True, slots=True)
class Card:
    """One site. rows: as many as the card has lines; None for a line without an area."""

    site: Site
    figures: Figures
    rows: list[AreaRow | None]
    simulated: bool  # simulated people are among those counted

    @property
    def empty(self) -> bool:
        return not any(self.rows)


def is_over(area: AreaState) -> bool:
    """Whether an area holds as many as its threshold, or more."""
    return area["status"] and area["count"] is not None and area["count"] >= area["threshold"]


def figures(cameras: Iterable[Seen], open_alarms: int) -> Figures:
    """open_alarms: of these cameras' site."""
    watched = [seen for seen in cameras if seen.camera.enabled]
    known = [(seen.people, seen.state) for seen in watched if seen.state]
    return Figures(
        all=len(watched),
        online=sum(seen.online for seen in watched),
        over=_sum(sum(map(is_over, state["areas"])) for _, state in known),
        people=_sum(state["count"] for people, state in known if people),
        fps=sum(state["fps"] for _, state in known),
        open_alarms=open_alarms,
    )


def fullest(cameras: Iterable[Seen]) -> list[AreaRow]:
    """The areas that are On: alarms first, then by fullness, then by camera and number."""
    return sorted((row for seen in cameras for row in _rows(seen)), key=_by_fullness)


def card(site: Site, cameras: list[Seen], open_alarms: int) -> Card:
    areas = fullest(cameras)
    lines = min(ROWS, sum(seen.counted for seen in cameras))
    shown: list[AreaRow | None] = [*areas[:lines], *[None] * (lines - len(areas))]
    return Card(site, figures(cameras, open_alarms), shown, simulates_people(cameras))


def worst(cards: list[Card]) -> list[Card]:
    """At most CARDS: all of them as they come, or of more the worst, most open alarms and cameras offline first."""
    return cards if len(cards) <= CARDS else sorted(cards, key=_by_need)[:CARDS]


def simulates_people(cameras: Iterable[Seen]) -> bool:
    """Whether a sum of people has simulated ones in it: the page says so."""
    return any(seen.camera.enabled and seen.camera.simulated and seen.people for seen in cameras)


def cameras_to_json(cameras: Iterable[Seen]) -> list[dict[str, Any]]:
    """What the scripts of a board know of its cameras beside their states."""
    address = reverse("camera", args=[0])  # asked once: a thousand times takes 20 ms
    return [_to_json(seen, address.replace("/0/", f"/{seen.camera.pk}/")) for seen in cameras]


def _sum(values: Iterable[Any]) -> Any:
    """Of the known ones; None while none is."""
    known = [value for value in values if value is not None]
    return sum(known) if known else None


def _to_json(seen: Seen, url: str) -> dict[str, Any]:
    camera = seen.camera
    return {
        "id": camera.pk,
        "site": camera.site_id,
        "name": camera.name,
        "url": url,
        "people": seen.people,
        "enabled": camera.enabled,
        "simulated": camera.simulated,
    }


def _rows(seen: Seen) -> Iterator[AreaRow]:
    if seen.state:
        yield from (AreaRow(seen.camera, area, seen.quality) for area in seen.state["areas"] if area["status"])


def _by_fullness(row: AreaRow) -> tuple[bool, float, int, int]:
    share = (row.area["count"] or 0) / row.area["threshold"]
    return not row.area["alarm"], -share, row.camera.pk, row.area["number"]


def _by_need(card: Card) -> tuple[int, int, float]:
    """Stable: equals stay by name. The first row is the fullest area."""
    first = card.rows[0] if card.rows else None
    return -card.figures.open_alarms, -card.figures.offline, -first.share if first else 0.0
