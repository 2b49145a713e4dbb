"""The table of cameras (UI 3): which ones, in which order, page by page. Everything it asks for is in the address.

Names, sites, extensions and alarms are asked of the database; only for an order or a filter by what workers say are the
states of all cameras read, in one round trip. What it costs with 1,000 cameras: `python -m tests.bench.camera_table`.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, QueryDict

from analytics.live import CameraState
from analytics.models import Alarm
from analytics.selectors import alarm_list
from cameras.models import Camera, Extension, Role
from cameras.selectors import camera_list
from portal.dashboard.devices import DeviceKey, device_of
from portal.dashboard.sites import chosen_site_or_404
from portal.dashboard.states import States, states_of, status_of

PAGE = 100
STORED = {"name": ("name", "site__name"), "site": ("site__name", "name"), "alarms": ("-open", "name", "site__name")}
LIVE = ("status", "fps", "worker")
STATUSES = ("online", "trouble", "disabled")


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for; what it cannot mean is left out.

    status: of STATUSES, blank for all.    extension: occupancy, none or blank.    alarms: only those with open ones.
    sort: of STORED or LIVE, with - backwards.
    """

    q: str = ""
    status: str = ""
    extension: str = ""
    alarms: bool = False
    sort: str = "name"

    @classmethod
    def of(cls, query: QueryDict) -> "Asked":
        return cls(
            q=query.get("q", "").strip(),
            status=_known(query.get("status", ""), STATUSES),
            extension=_known(query.get("extension", ""), (*Extension.Kind.values, "none")),
            alarms=query.get("alarms") == "open",
            sort=_sort(query.get("sort", "")),
        )

    @property
    def query(self) -> dict[str, str]:
        """As it stands in an address: without what is not asked for."""
        alarms = "open" if self.alarms else ""
        found = {"q": self.q, "status": self.status, "extension": self.extension, "alarms": alarms, "sort": self.sort}
        return {name: value for name, value in found.items() if value}

    @property
    def narrows(self) -> bool:
        """Whether it leaves cameras of the site out."""
        return bool(self.q or self.status or self.extension or self.alarms)

    @property
    def needs_states(self) -> bool:
        """Whether the order, or who is in it, depends on what the workers say."""
        return self.status in ("online", "trouble") or self.sort.removeprefix("-") in LIVE


@dataclass(frozen=True, slots=True)
class Line:
    """One camera. open: its open alarms.    state: None while nobody knows."""

    camera: Camera
    status: str
    state: CameraState | None
    open: int


@dataclass(frozen=True, slots=True)
class Device:
    """Lines that stand together. name: of the device whose sensors they are (CAM-10); blank for a single camera."""

    name: str
    lines: list[Line]


@dataclass(frozen=True, slots=True)
class Table:
    """One page of it. live_known: False when the key-value server did not answer."""

    asked: Asked
    page: Page[Any]
    devices: list[Device]
    live_known: bool


def table_of(request: HttpRequest) -> Table:
    """The page that the address asks for. Raises Http404 for a site that is not there."""
    asked = Asked.of(request.GET)
    found = _ordered(_stored(request, asked, Role.VIEWER), asked)
    page, cameras, states = _page_of_live(request, found, asked) if asked.needs_states else _page_of(request, found)
    live, opened = states.by_camera, _open_alarms(request, cameras)
    lines = [Line(one, _status(one, live.get(one.pk)), live.get(one.pk), opened.get(one.pk, 0)) for one in cameras]
    return Table(asked, page, _together(lines), states.known)


def cameras_asked(request: HttpRequest) -> list[Camera]:
    """All that the filters of the address let through, of those that the visitor administers; in the table's order."""
    asked = Asked.of(request.GET)
    found = _ordered(_stored(request, asked, Role.ADMINISTRATOR), asked)
    return _rows(request, _by_states(found, asked)[0]) if asked.needs_states else list(found)


def _page_of(request: HttpRequest, found: QuerySet[Camera]) -> tuple[Page[Any], list[Camera], States]:
    page: Page[Any] = Paginator(found, PAGE).get_page(request.GET.get("page"))
    cameras = list(page.object_list)
    return page, cameras, states_of(cameras)


def _page_of_live(
    request: HttpRequest, found: QuerySet[Camera], asked: Asked
) -> tuple[Page[Any], list[Camera], States]:
    ids, states = _by_states(found, asked)
    page: Page[Any] = Paginator(ids, PAGE).get_page(request.GET.get("page"))
    return page, _rows(request, list(page.object_list)), states


def _stored(request: HttpRequest, asked: Asked, least: Role) -> QuerySet[Camera]:
    """As far as the database can tell."""
    found = camera_list(user=request.user, least=least)
    if site := chosen_site_or_404(request):
        found = found.filter(site=site)
    for word in asked.q.split():
        found = found.filter(Q(name__icontains=word) | Q(site__name__icontains=word))
    if asked.status == "disabled":
        found = found.filter(enabled=False)
    if asked.extension == "none":
        found = found.filter(extensions=None)
    elif asked.extension:
        found = found.filter(extensions__kind=asked.extension)
    if asked.alarms:
        found = found.filter(pk__in=_opened(request).values("camera"))
    return found


def _ordered(found: QuerySet[Camera], asked: Asked) -> QuerySet[Camera]:
    """By what the database knows; LIVE orders begin with the name, so that equals keep that order."""
    sort = asked.sort.removeprefix("-")
    fields = STORED.get(sort, STORED["name"])
    if sort == "alarms":
        opened = Alarm.objects.filter(camera=OuterRef("pk"), ended_at=None).order_by()
        counted = opened.values("camera").annotate(count=Count("pk")).values("count")
        found = found.annotate(open=Coalesce(Subquery(counted), 0))
    backwards = asked.sort.startswith("-") and sort in STORED
    return found.order_by(*(_turned(field) for field in fields) if backwards else fields, "pk")


def _by_states(found: QuerySet[Camera], asked: Asked) -> tuple[list[int], States]:
    """Ids, filtered and ordered by what the workers say; and that."""
    bare = found.select_related(None).prefetch_related(None).defer(None).only("pk", "enabled")
    cameras = list(bare)
    states = states_of(cameras)
    cameras = [one for one in cameras if _fits(one, asked.status, states.by_camera)]
    if key := _live_key(asked.sort.removeprefix("-"), states.by_camera):
        cameras.sort(key=key, reverse=asked.sort.startswith("-"))
    return [one.pk for one in cameras], states


def _status(camera: Camera, state: CameraState | None) -> str:
    """A camera without extension waits for nobody."""
    status = status_of(camera, state)
    return "no extension" if status == "waiting" and not camera.extensions.all() else status


def _fits(camera: Camera, status: str, states: Mapping[int, CameraState]) -> bool:
    """trouble: whatever is switched on and has no picture."""
    is_online = status_of(camera, states.get(camera.pk)) == "online"
    return {"online": is_online, "trouble": camera.enabled and not is_online}.get(status, True)


def _live_key(sort: str, states: Mapping[int, CameraState]) -> Callable[[Camera], Any] | None:
    """None for an order that the database has made."""
    if sort == "status":
        return lambda camera: status_of(camera, states.get(camera.pk))
    if sort == "fps":
        return lambda camera: state["fps"] if (state := states.get(camera.pk)) else -1.0
    if sort == "worker":
        return lambda camera: state["worker"] if (state := states.get(camera.pk)) else ""
    return None


def _rows(request: HttpRequest, ids: Sequence[int]) -> list[Camera]:
    """The cameras of these ids, in their order."""
    found = camera_list(user=request.user).in_bulk(list(ids))
    return [found[one] for one in ids if one in found]


def _opened(request: HttpRequest) -> QuerySet[Alarm]:
    return alarm_list(user=request.user).filter(ended_at=None).order_by()


def _open_alarms(request: HttpRequest, cameras: Iterable[Camera]) -> dict[int, int]:
    """Open alarms by camera."""
    found = _opened(request).filter(camera__in=[one.pk for one in cameras]).values_list("camera")
    return {camera_id: count for camera_id, count in found.annotate(count=Count("pk")) if camera_id is not None}


def _together(lines: Iterable[Line]) -> list[Device]:
    """Sensors of a device stand where its first one does (CAM-10)."""
    found: dict[DeviceKey | int, list[Line]] = {}
    for line in lines:
        found.setdefault(device_of(line.camera) or line.camera.pk, []).append(line)
    return [
        Device(key.name if isinstance(key, DeviceKey) and len(group) > 1 else "", group) for key, group in found.items()
    ]


def _known(value: str, values: Iterable[str]) -> str:
    return value if value in values else ""


def _sort(value: str) -> str:
    return value if value.removeprefix("-") in (*STORED, *LIVE) else "name"


def _turned(field: str) -> str:
    return field.removeprefix("-") if field.startswith("-") else f"-{field}"
