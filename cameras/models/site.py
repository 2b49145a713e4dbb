"""Sites and who may do what on them (SEC-1)."""

import zoneinfo

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.common.keyed import Keyed

MEDIA_DAYS = 30  # SEC-7
MOST_MEDIA_DAYS = 732  # as long as counts (CNT-2)


def validate_time_zone(name: str) -> None:
    """Raise ValidationError when `name` is no zone of the IANA data base."""
    if name not in zoneinfo.available_timezones():
        raise ValidationError(_("“%(name)s” is not a time zone; an example is Europe/Berlin."), params={"name": name})


class Role(models.TextChoices):
    """What a member may do; each role includes the ones before it."""

    VIEWER = "viewer", _("Viewer")
    OPERATOR = "operator", _("Operator")
    ADMINISTRATOR = "administrator", _("Administrator")


class Site(Keyed):
    """A place with cameras."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    time_zone = models.CharField(_("time zone"), max_length=64, default="UTC", validators=[validate_time_zone])
    blur_faces = models.BooleanField(
        _("blur the faces of others"),
        default=False,
        help_text=_("On the picture of a non-mask alarm only the face that it is about stays to be recognised."),
    )
    keep_clips = models.BooleanField(
        _("keep clips of alarms"),
        default=True,
        help_text=_("Five seconds before the start of every alarm to five seconds after it."),
    )
    media_days = models.PositiveSmallIntegerField(
        _("days for which pictures of alarms are kept"),
        default=MEDIA_DAYS,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_MEDIA_DAYS)],
    )
    members = models.ManyToManyField(settings.AUTH_USER_MODEL, through="Membership", related_name="sites")

    class Meta:
        ordering = ("name",)
        constraints = [
            models.UniqueConstraint(fields=("key",), condition=~models.Q(key=""), name="one_site_of_a_key"),
        ]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """One person's role on one site."""

    site = models.ForeignKey(Site, on_delete=models.CASCADE)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    role = models.CharField(_("role"), max_length=16, choices=Role.choices, default=Role.VIEWER)

    class Meta:
        constraints = [models.UniqueConstraint(fields=("site", "user"), name="one_role_per_site_and_user")]

    def __str__(self) -> str:
        return f"{self.user} · {self.site} · {self.role}"
