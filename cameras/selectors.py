"""Reads, always for a user: what somebody may not see does not exist for them (SEC-1)."""

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from cameras.models import Camera, Extension, Membership, Role, Site
from portal.accounts.models import User

Visitor = User | AbstractBaseUser | AnonymousUser

_ORDER = list(Role)  # each includes the ones before it


def site_list(*, user: Visitor) -> QuerySet[Site]:
    """The sites that `user` is a member of; all of them for a portal administrator, none for a visitor."""
    if not isinstance(user, User) or not user.is_active:
        return Site.objects.none()
    return Site.objects.all() if user.is_superuser else Site.objects.filter(membership__user=user)


def role_on(user: Visitor, site: Site | int) -> Role | None:
    """The role of `user` on a site (or its id); a portal administrator is administrator everywhere."""
    if not isinstance(user, User) or not user.is_active:
        return None
    if user.is_superuser:
        return Role.ADMINISTRATOR
    site_id = site.pk if isinstance(site, Site) else site
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


def camera_list(*, user: Visitor) -> QuerySet[Camera]:
    """Cameras on the sites of `user`, with site and extensions; user names and passwords stay in the database."""
    cameras = Camera.objects.filter(site__in=site_list(user=user)).defer("username", "password")
    return cameras.select_related("site").prefetch_related("extensions")


def camera_get(*, user: Visitor, camera_id: int) -> Camera:
    """Raises Http404 for what is not there or not to be seen."""
    camera = camera_list(user=user).filter(pk=camera_id).first()
    if camera is None:
        raise Http404(_("There is no such camera."))
    return camera


def extension_list(*, user: Visitor, kind: str = Extension.Kind.OCCUPANCY) -> QuerySet[Extension]:
    """The extensions of one kind on the cameras of `user`, with camera and site."""
    extensions = Extension.objects.filter(kind=kind, camera__site__in=site_list(user=user))
    return extensions.select_related("camera__site").defer("camera__username", "camera__password")
