"""Sites and their members."""

from cameras.models import Membership, Role, Site
from portal.accounts.models import User


def site_create(*, name: str, time_zone: str = "UTC") -> Site:
    """Raises ValidationError for a name that is taken or a time zone that does not exist."""
    site = Site(name=name, time_zone=time_zone)
    site.full_clean()
    site.save()
    return site


def membership_set(*, site: Site, user: User, role: Role | str) -> Membership:
    """Give `user` this role on the site, in place of the one they had. Raises ValueError for no role."""
    return Membership.objects.update_or_create(site=site, user=user, defaults={"role": Role(role)})[0]


def membership_remove(*, site: Site, user: User) -> None:
    """Take the site from `user`; a second call changes nothing."""
    Membership.objects.filter(site=site, user=user).delete()
