"""Reads, always for a user: what somebody may not see does not exist for them (SEC-1)."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Exists, OuterRef, Prefetch, QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from cameras.extensions.glance import Glance
from cameras.models import Camera, Extension, Job, JobItem, Membership, Profile, Role, SettingsVersion, Site
from portal.accounts.models import User

Visitor = User | AbstractBaseUser | AnonymousUser

_ORDER = list(Role)  # each includes the ones before it


def site_list(*, user: Visitor, least: Role = Role.VIEWER) -> QuerySet[Site]:
    """The sites on which `user` has this role or more; all for a portal administrator, none for a visitor.

    Who came with a token for some sites only has no other.
    """
    if not isinstance(user, User) or not user.is_active:
        return Site.objects.none()
    sites = Site.objects.all()
    if not user.administers_all_sites:
        sites = sites.filter(membership__user=user, membership__role__in=_ORDER[_ORDER.index(least) :])
    return sites if user.only_sites is None else sites.filter(pk__in=user.only_sites)


def role_on(user: Visitor, site: Site | int) -> Role | None:
    """The role of `user` on a site (or its id); a portal administrator is administrator everywhere."""
    if not isinstance(user, User) or not user.is_active:
        return None
    site_id = site.pk if isinstance(site, Site) else site
    if user.only_sites is not None and site_id not in user.only_sites:
        return None
    if user.administers_all_sites:
        return Role.ADMINISTRATOR
    role = Membership.objects.filter(user=user, site=site_id).values_list("role", flat=True).first()
    return None if role is None else Role(role)


def role_reaches(user: Visitor, site: Site | int, least: Role) -> bool:
    """Whether the role of `user` on the site is `least` or more."""
    role = role_on(user, site)
    return role is not None and _ORDER.index(role) >= _ORDER.index(least)


def role_require(user: Visitor, site: Site | int, least: Role) -> None:
    """Raises PermissionDenied below `least`."""
    if not role_reaches(user, site, least):
        raise PermissionDenied(_("This needs the role “%(role)s” on the site.") % {"role": least.label})


def administrator_require(user: Visitor) -> None:
    """Raises PermissionDenied for everybody but administrators of the portal."""
    if not isinstance(user, User) or not user.is_active or not user.is_superuser:
        raise PermissionDenied(_("This needs an administrator of the portal."))


def camera_list(*, user: Visitor, least: Role = Role.VIEWER) -> QuerySet[Camera]:
    """Cameras on the sites of `user`, with site and extensions; user names and passwords stay in the database.

    least: their role on the site.
    """
    cameras = Camera.objects.filter(site__in=site_list(user=user, least=least)).defer("username", "password")
    extensions = Extension.objects.defer("secrets")
    return cameras.select_related("site").prefetch_related(Prefetch("extensions", extensions))


def camera_glance_list(*, user: Visitor, sites: Iterable[Site]) -> list[tuple[Camera, Glance | None]]:
    """The user's cameras on these sites by name, each with a glance at its occupancy extension, if it is installed.

    Read is what a page about a thousand cameras shows of each: name, site, whether it is enabled, address, version.
    """
    cameras = camera_list(user=user).filter(site__in=sites).select_related(None).prefetch_related(None)
    extensions = extension_list(user=user).filter(camera__site__in=sites)
    rows = extensions.values_list("camera", "settings__areas", "settings__objects").order_by()
    glances = {camera: Glance.of({"areas": areas, "objects": objects}) for camera, areas, objects in rows}
    lean = cameras.only("name", "site", "enabled", "url", "version").order_by("name", "pk")
    return [(camera, glances.get(camera.pk)) for camera in lean]


def camera_get(*, user: Visitor, camera_id: int) -> Camera:
    """Raises Http404 for what is not there or not to be seen."""
    camera = camera_list(user=user).filter(pk=camera_id).first()
    if camera is None:
        raise Http404(_("There is no such camera."))
    return camera


def extension_list(
    *, user: Visitor, kind: str = Extension.Kind.OCCUPANCY, least: Role = Role.VIEWER
) -> QuerySet[Extension]:
    """The extensions of one kind on the cameras of `user`, with camera and site; least: their role on the site."""
    extensions = Extension.objects.filter(kind=kind, camera__site__in=site_list(user=user, least=least))
    return extensions.select_related("camera__site").defer("secrets", "camera__username", "camera__password")


def extension_get(*, user: Visitor, camera_id: int, kind: str = Extension.Kind.OCCUPANCY) -> Extension:
    """Raises Http404 for a camera that is not there or not to be seen, and for one without the extension."""
    extension = extension_list(user=user, kind=kind).filter(camera=camera_id).first()
    if extension is None:
        raise Http404(_("There is no such camera, or the extension is not installed on it."))
    return extension


def version_list(*, extension: Extension) -> QuerySet[SettingsVersion]:
    """The versions of an extension that somebody was found to see, newest first."""
    return extension.versions.select_related("made_by").order_by("-number")


def version_get(*, extension: Extension, number: int) -> SettingsVersion:
    """Raises Http404."""
    version = version_list(extension=extension).filter(number=number).first()
    if version is None:
        raise Http404(_("There is no such version."))
    return version


def profile_list(*, user: Visitor, least: Role = Role.VIEWER) -> QuerySet[Profile]:
    """The profiles of the sites of `user`."""
    return Profile.objects.filter(site__in=site_list(user=user, least=least)).select_related("site", "made_by")


def profile_get(*, user: Visitor, profile_id: int) -> Profile:
    """Raises Http404 for what is not there or not to be seen."""
    profile = profile_list(user=user).filter(pk=profile_id).first()
    if profile is None:
        raise Http404(_("There is no such profile."))
    return profile


def job_list(*, user: Visitor) -> QuerySet[Job]:
    """The jobs with a camera on a site that `user` administers, newest first."""
    seen = JobItem.objects.filter(job=OuterRef("pk"), site__in=site_list(user=user, least=Role.ADMINISTRATOR))
    return Job.objects.filter(Exists(seen)).select_related("made_by")


def job_get(*, user: Visitor, job_id: UUID) -> Job:
    """Raises Http404 for what is not there or not to be seen."""
    job = job_list(user=user).filter(pk=job_id).first()
    if job is None:
        raise Http404(_("There is no such job."))
    return job


def job_item_list(*, user: Visitor, job: Job) -> QuerySet[JobItem]:
    """The cameras of a job on the sites that `user` administers, in the order of the work."""
    sites = site_list(user=user, least=Role.ADMINISTRATOR)
    return JobItem.objects.filter(job=job, site__in=sites).select_related("site").order_by("position")


def job_counts(*, user: Visitor, jobs: Iterable[Job]) -> dict[UUID, dict[str, int]]:
    """How many of these cameras are in each state, by job; every state is named."""
    counts = {job.pk: dict.fromkeys(JobItem.State.values, 0) for job in jobs}
    sites = site_list(user=user, least=Role.ADMINISTRATOR)
    rows: Any = JobItem.objects.filter(job__in=counts, site__in=sites).values_list("job", "state").order_by()
    for job_id, state, count in rows.annotate(count=Count("pk")):
        counts[job_id][state] = count
    return counts
