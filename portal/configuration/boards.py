"""What is made of the areas of a site, as a file has it: combined areas, public counters, marks on floor plans.

An area is the key of its camera, a dot and its number: door.1. What was removed, or went to another site, is left out:
no file brings it back.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import UTC
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.utils import timezone

from analytics.models import CombinedArea, CombinedPart, FloorPlan, PlanMark, PublicCounter, PublicCounterArea

Tree = dict[str, Any]
COUNTER_FACTS = ("name", "how", "busy_at", "full_at")


def combined_trees(sites: Iterable[int]) -> defaultdict[int, Tree]:
    """By site, then by key.    sites: their ids."""
    parts = _with_camera(CombinedPart.objects.all())
    rows = CombinedArea.objects.filter(site_id__in=sites).prefetch_related(Prefetch("parts", parts))
    return _by_site(rows, lambda one: {**one.whole.to_json(), "areas": _areas(one, one.parts.all())})


def counter_trees(sites: Iterable[int]) -> defaultdict[int, Tree]:
    """Those whose address still shows something."""
    areas = _with_camera(PublicCounterArea.objects.select_related("combined"))
    rows = PublicCounter.objects.filter(site_id__in=sites, revoked_at=None).exclude(expires_at__lte=timezone.now())
    return _by_site(rows.prefetch_related(Prefetch("areas", areas)), _counter)


def plan_trees(sites: Iterable[int]) -> defaultdict[int, Tree]:
    """Without their pictures."""
    marks = _with_camera(PlanMark.objects.all())
    rows = FloorPlan.objects.filter(site_id__in=sites).prefetch_related(Prefetch("marks", marks))
    return _by_site(rows, lambda one: {"name": one.name, "marks": _marks(one)})


def _counter(counter: PublicCounter) -> Tree:
    areas = list(counter.areas.all())
    return {
        **{name: getattr(counter, name) for name in COUNTER_FACTS},
        "expires_at": counter.expires_at and counter.expires_at.astimezone(UTC).isoformat(),
        "areas": _areas(counter, areas),
        "combined": sorted(one.combined.key for one in areas if one.combined is not None),
    }


def _marks(plan: FloorPlan) -> Tree:
    places = {_area(one): [one.x, one.y] for one in plan.marks.all() if one.camera.site_id == plan.site_id}
    return dict(sorted(places.items()))


def _areas(of: CombinedArea | PublicCounter, parts: Iterable[CombinedPart | PublicCounterArea]) -> list[str]:
    return sorted(_area(one) for one in parts if one.camera is not None and one.camera.site_id == of.site_id)


def _area(part: Any) -> str:
    return f"{part.camera.key}.{part.area_number}"


def _with_camera(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Its credentials stay in the database."""
    return rows.select_related("camera").defer("camera__username", "camera__password")


def _by_site(rows: QuerySet[Any], tree_of: Callable[[Any], Tree]) -> defaultdict[int, Tree]:
    found: defaultdict[int, Tree] = defaultdict(dict)
    for row in rows.order_by("key"):
        found[row.site_id][row.key] = tree_of(row)
    return found
