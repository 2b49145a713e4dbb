"""A destination: whom a site, or one camera of it, tells of its alarms (SPEC 7)."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from cameras.models import Camera, Site
from portal.common.fields import EncryptedTextField
from portal.common.keyed import Keyed

DAY_S = 86_400


class Destination(Keyed):
    """One address of one kind, with its settings, its queue's state and its health.

    kind: a name in `notifications.kinds.KINDS`.    config: that kind's settings as JSON.    camera: None: every camera
    of the site.    events: which ones it is told of, names of `record.Event`.    owner: of the task that sends to it
    now, see `services/drain.py`.    failures: how often in a row it took nothing; until next_try_at it is left alone.
    disabled_reason: why the portal switched it off by itself.    retired_at: its camera is gone; what waits is still
    sent, nothing is added.
    """

    key_parent = "site"

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="destinations")
    camera = models.ForeignKey(
        Camera, on_delete=models.SET_NULL, null=True, blank=True, related_name="destinations", verbose_name=_("camera")
    )
    kind = models.CharField(_("kind"), max_length=20)
    name = models.CharField(_("name"), max_length=80)
    position = models.PositiveSmallIntegerField(_("order"), default=1)
    enabled = models.BooleanField(_("enabled"), default=True)
    config = models.JSONField(default=dict)
    secrets = EncryptedTextField(blank=True, default="", editable=False)  # JSON; read by `destination_secrets` only
    events = models.JSONField(_("events"), default=list)
    simulated = models.BooleanField(_("alarms of simulated cameras"), default=True)
    expiry_s = models.PositiveIntegerField(
        _("expiry (s)"), default=DAY_S, validators=[MinValueValidator(60), MaxValueValidator(7 * DAY_S)]
    )
    created_at = models.DateTimeField(auto_now_add=True)
    retired_at = models.DateTimeField(null=True, blank=True, editable=False)
    owner = models.CharField(max_length=32, blank=True, default="", editable=False)
    owner_until = models.DateTimeField(null=True, blank=True, editable=False)  # then it is taken for dead
    failures = models.PositiveIntegerField(default=0, editable=False)
    next_try_at = models.DateTimeField(null=True, blank=True, editable=False)
    last_sent_at = models.DateTimeField(_("last success"), null=True, blank=True, editable=False)
    last_failed_at = models.DateTimeField(_("last failure"), null=True, blank=True, editable=False)
    last_error = models.TextField(_("reason"), blank=True, default="", editable=False)
    disabled_reason = models.TextField(_("switched off because"), blank=True, default="", editable=False)

    class Meta:
        ordering = ("site__name", "position", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=("site", "name"),
                condition=models.Q(retired_at=None),
                name="one_destination_of_a_name_per_site",
                violation_error_message=_("The site has a destination of this name already."),
            ),
            models.UniqueConstraint(
                fields=("site", "key"),
                condition=models.Q(retired_at=None) & ~models.Q(key=""),
                name="one_destination_of_a_key_per_site",
            ),
        ]

    def __str__(self) -> str:
        return self.name
