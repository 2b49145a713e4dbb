"""When a site has alarms that nobody acknowledges told once more (OPR-7)."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from cameras.models import Site


class Escalation(models.Model):
    """After `after_min` without acknowledgement an alarm is told to those destinations that want to hear of it then.

    A site without one escalates nothing.    changed_at: alarms that began before it are left alone.
    """

    site = models.OneToOneField(Site, on_delete=models.CASCADE, related_name="escalation", verbose_name=_("site"))
    after_min = models.PositiveSmallIntegerField(
        _("minutes without acknowledgement"), validators=[MinValueValidator(1), MaxValueValidator(1440)]
    )
    changed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.site}: {self.after_min} min"
