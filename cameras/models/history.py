"""What the settings of an extension were: one row for each change (EXT-5)."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cameras.models.extension import Extension
from portal.accounts.models import User


class SettingsVersion(models.Model):
    """The settings and the schedule of an extension as a change left them. Secrets are never in it (DESIGN 7)."""

    extension = models.ForeignKey(Extension, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()  # the version of the extension with which these settings began
    settings = models.JSONField()
    schedule = models.JSONField()
    made_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField(_("changed"), default=timezone.now)
    reason = models.CharField(_("reason"), max_length=200, blank=True, default="")

    class Meta:
        ordering = ("-number",)
        constraints = [models.UniqueConstraint(fields=("extension", "number"), name="one_row_per_settings_version")]

    def __str__(self) -> str:
        return f"{self.extension} · {self.number}"
