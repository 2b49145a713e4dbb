"""Sites and their members."""

from django.db import transaction
from django.utils.translation import ngettext

from cameras.models import Membership, Role, Site
from cameras.services.version import versions_raise
from portal.accounts.models import User
from portal.common.errors import ConflictError


def site_create(*, name: str, time_zone: str = "UTC", key: str = "") -> Site:
    """key: blank: after the name. Raises ValidationError for a name that is taken, or for no time zone."""
    site = Site(name=name, time_zone=time_zone, key=key)
    site.full_clean()
    site.save()
    return site


@transaction.atomic
def site_update(
    *,
    site: Site,
    name: str | None = None,
    time_zone: str | None = None,
    blur_faces: bool | None = None,
    keep_clips: bool | None = None,
    media_days: int | None = None,
) -> Site:
    """Change what is given. Raises ValidationError as `site_create`; then nothing is changed.

    In another time zone schedules and bands begin and end at other instants; faces are blurred and clips are made where
    the pictures are: every running camera of the site looks again (EXT-4, OCC-34, OPR-3). media_days: 1 to 732; older
    pictures and clips go in the next night (SEC-7).
    """
    current = Site.objects.select_for_update().get(pk=site.pk)
    before, seen_by_workers = _facts(current), _seen_by_workers(current)
    current.name = current.name if name is None else name.strip()
    current.time_zone = current.time_zone if time_zone is None else time_zone
    current.blur_faces = current.blur_faces if blur_faces is None else blur_faces
    current.keep_clips = current.keep_clips if keep_clips is None else keep_clips
    current.media_days = current.media_days if media_days is None else media_days
    if _facts(current) == before:
        return current
    current.full_clean()
    current.save()
    if _seen_by_workers(current) != seen_by_workers:
        versions_raise(cameras=current.cameras.all())
    return current


@transaction.atomic
def site_remove(*, site: Site) -> None:
    """The site goes, with its members, destinations, public counters and the alarms of its removed cameras.

    Raises ConflictError while it has cameras: they are moved or removed first, each with its own question.
    """
    current = Site.objects.select_for_update().get(pk=site.pk)
    if count := current.cameras.count():
        words = {"name": current.name, "count": count}
        message = ngettext(
            "“%(name)s” has %(count)s camera: move or remove it first.",
            "“%(name)s” has %(count)s cameras: move or remove them first.",
            count,
        )
        raise ConflictError(message % words, cameras=count)
    current.delete()


def _facts(site: Site) -> tuple[object, ...]:
    return site.name, site.media_days, *_seen_by_workers(site)


def _seen_by_workers(site: Site) -> tuple[object, ...]:
    return site.time_zone, site.blur_faces, site.keep_clips


def membership_set(*, site: Site, user: User, role: Role | str) -> Membership:
    """Give `user` this role on the site, in place of the one they had. Raises ValueError for no role."""
    return Membership.objects.update_or_create(site=site, user=user, defaults={"role": Role(role)})[0]


def membership_remove(*, site: Site, user: User) -> None:
    """Take the site from `user`; a second call changes nothing."""
    Membership.objects.filter(site=site, user=user).delete()
