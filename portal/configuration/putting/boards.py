"""Combined areas, public counters and the marks of floor plans of a file."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from analytics.models import FloorPlan
from analytics.services.combined_area import combined_area_create, combined_area_remove, combined_area_update
from analytics.services.floor_plan import Mark, floor_plan_mark, floor_plan_remove, floor_plan_rename
from analytics.services.public_counter import public_counter_create, public_counter_revoke, public_counter_update
from cameras.extensions.problems import show
from cameras.models import Site
from portal.configuration.boards import COUNTER_FACTS, combined_trees, counter_trees, plan_trees
from portal.configuration.putting.areas import areas_read
from portal.configuration.putting.work import Work, needed
from portal.configuration.shape import COMBINED, COUNTER

Wanted = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Here:
    """trees: what the site has now of one kind, by key, after the cameras of the file."""

    site: Site
    trees: Wanted

    def differing(self, wanted: Wanted) -> dict[str, Any]:
        """What is not as the file says: what is left alone may name areas that were switched off since."""
        return {key: one for key, one in wanted.items() if key not in self.trees or _changed(one, self.trees[key])}


def combined_areas_put(work: Work, site: Site, wanted: Wanted, path: str) -> None:
    """An alarm of one that goes ends."""
    for combined in work.gone(wanted, site.combined_areas.all()):
        with work.at(f"{path}.{combined.key}"):
            combined_area_remove(user=work.user, combined=combined)
    here = Here(site, combined_trees([site.pk])[site.pk])
    work.each(here.differing(wanted), path, partial(_combined_put, work, here))


def public_counters_put(work: Work, site: Site, wanted: Wanted, path: str) -> None:
    """The address of one that goes shows nothing any more; that of one that changes stays."""
    for counter in work.gone(wanted, site.public_counters.filter(revoked_at=None)):
        with work.at(f"{path}.{counter.key}"):
            public_counter_revoke(user=work.user, counter=counter)
    here = Here(site, counter_trees([site.pk])[site.pk])
    work.each(here.differing(wanted), path, partial(_counter_put, work, here))


def floor_plans_put(work: Work, site: Site, wanted: Wanted, path: str) -> None:
    """Names and marks of those that are there: a plan begins with its picture, and that is in no file."""
    for plan in work.gone(wanted, site.floor_plans.all()):
        with work.at(f"{path}.{plan.key}"):
            floor_plan_remove(user=work.user, plan=plan)
    here = Here(site, plan_trees([site.pk])[site.pk])
    work.each(here.differing(wanted), path, partial(_plan_put, work, here))


def _combined_put(work: Work, here: Here, key: str, wanted: Wanted, _path: str) -> None:
    site, there = here.site, here.trees.get(key)
    settings = {name: value for name, value in wanted.items() if name != "areas"}
    if there is None:
        needed(wanted, COMBINED.needs)
        areas = areas_read(site, wanted["areas"])
        combined_area_create(user=work.user, site=site, key=key, settings=settings, areas=areas)
    else:
        new = areas_read(site, wanted["areas"]) if "areas" in _changed(wanted, there) else None
        combined_area_update(user=work.user, combined=site.combined_areas.get(key=key), settings=settings, areas=new)


def _counter_put(work: Work, here: Here, key: str, wanted: Wanted, path: str) -> None:
    site, there = here.site, dict(here.trees.get(key, {}))
    facts = {name: wanted[name] for name in COUNTER_FACTS if name in wanted}
    if "expires_at" in wanted:
        facts["expires_at"] = _instant(wanted["expires_at"])
    changed = _changed(wanted, there)
    counted = _counted(site, there | dict(wanted)) if {"areas", "combined"} & changed.keys() else {}
    found = site.public_counters.filter(key=key, revoked_at=None).first()
    if there and found is not None:
        public_counter_update(user=work.user, counter=found, facts=facts, **counted)
        return
    needed(wanted, COUNTER.needs)
    if found is not None:  # it has expired: its address opens never again, and its key is free
        public_counter_revoke(user=work.user, counter=found)
    _made, token = public_counter_create(user=work.user, site=site, key=key, **facts, **counted)
    work.made[path] = {"address": reverse("public_counter", args=[token])}


def _counted(site: Site, wanted: Wanted) -> dict[str, Any]:
    """Areas and combined areas by id. Raises ValidationError."""
    areas, combined = wanted.get("areas", []), wanted.get("combined", [])
    known = dict(site.combined_areas.order_by("key").values_list("key", "pk"))
    for key in combined:
        if not isinstance(key, str) or key not in known:
            text = _("The site has no combined area %(key)s. There are: %(known)s.")
            raise ValidationError({"combined": [text % {"key": show(key), "known": ", ".join(known) or "–"}]})
    return {"areas": areas_read(site, areas), "combined": [known[key] for key in combined]}


def _plan_put(work: Work, here: Here, key: str, wanted: Wanted, path: str) -> None:
    plan = here.site.floor_plans.filter(key=key).first()
    if plan is None:
        text = _("Its picture is not in the file. Upload it on the page of the site, then put the file in force again.")
        work.leave(path, text)
        return
    if wanted.get("name", plan.name) != plan.name:
        plan = floor_plan_rename(user=work.user, plan=plan, name=wanted["name"])
    if "marks" in _changed(wanted, here.trees[key]):
        _marks_put(work, plan, wanted["marks"])


def _marks_put(work: Work, plan: FloorPlan, wanted: Wanted) -> None:
    areas = areas_read(plan.site, list(wanted), name="marks")
    places = [_place(area, place) for area, place in wanted.items()]
    marks = [Mark(camera, area, x, y) for (camera, area), (x, y) in zip(areas, places, strict=True)]
    floor_plan_mark(user=work.user, plan=plan, marks=marks, version=plan.version)


def _place(area: str, place: Any) -> tuple[float, float]:
    """Raises ValidationError."""
    if isinstance(place, list) and len(place) == len("xy") and all(map(_fraction, place)):
        return float(place[0]), float(place[1])
    text = _("%(value)s was given for %(area)s; two numbers from 0 to 1 are expected, as in [0.2, 0.5].")
    raise ValidationError({"marks": [text % {"value": show(place), "area": area}]})


def _fraction(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1


def _instant(text: str | None) -> datetime | None:
    """Raises ValidationError for what is none, or has no zone."""
    if text is None:
        return None
    try:
        found = parse_datetime(text)
    except ValueError:  # as in month 13
        found = None
    if found is None or found.tzinfo is None:
        words = _("%(value)s was given; an instant with its zone is expected, as in 2027-01-31T18:00:00+00:00.")
        raise ValidationError({"expires_at": [words % {"value": show(text)}]})
    return found


def _changed(wanted: Wanted, there: Wanted) -> dict[str, Any]:
    """What the file says otherwise than it is. The order of a list means nothing here."""
    return {name: value for name, value in wanted.items() if name not in there or _plain(value) != _plain(there[name])}


def _plain(value: Any) -> Any:
    return sorted(map(str, value)) if isinstance(value, list) else value
