"""Reads for the desk, always for a user: who could take an alarm, what was done with it, what is shelved (OPR-2)."""

from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from analytics.models import Alarm, AlarmStep, OperatorChoice, Shelving
from cameras.models import Camera, Membership, Role
from cameras.selectors import Visitor, site_list
from portal.accounts.models import User


def operator_list(*, user: Visitor, site_id: int) -> QuerySet[User]:
    """Who may work on the alarms of a site that `user` sees, by name; portal administrators among them."""
    site = site_list(user=user).filter(pk=site_id)
    roles = (Role.OPERATOR, Role.ADMINISTRATOR)
    members = Membership.objects.filter(site__in=site, role__in=roles).values("user")
    found = User.objects.filter(Q(pk__in=members) | Q(is_superuser=True), is_active=True)
    return found.order_by("username") if site.exists() else found.none()


def alarm_step_list(*, user: Visitor, alarm: Alarm) -> QuerySet[AlarmStep]:
    """What was done with an alarm of the user's sites, the oldest first."""
    steps = AlarmStep.objects.filter(alarm=alarm, alarm__site__in=site_list(user=user))
    return steps.select_related("by", "to")


def shelving_list(*, user: Visitor) -> QuerySet[Shelving]:
    """What is and was shelved on the user's sites, the newest first."""
    found = Shelving.objects.filter(camera__site__in=site_list(user=user))
    return found.select_related("camera__site", "by", "ended_by").defer("camera__username", "camera__password")


def shelving_get(*, user: Visitor, shelving_id: int) -> Shelving:
    """Raises Http404 for what is not there or not to be seen."""
    shelving = shelving_list(user=user).filter(pk=shelving_id).first()
    if shelving is None:
        raise Http404(_("There is no such shelving."))
    return shelving


def shelving_of(*, camera: Camera, extension: str, area_number: int) -> Shelving | None:
    """The one that keeps this area silent now, if any; asked by the services that write alarms."""
    area = Shelving.objects.filter(camera=camera, extension=extension, area_number=area_number)
    return area.filter(ends_at__gt=timezone.now()).first()


def choice_of(*, user: Visitor) -> OperatorChoice:
    """How the user is told in the browser; the defaults for one who never chose."""
    return OperatorChoice.objects.filter(user=user.pk).first() or OperatorChoice()
