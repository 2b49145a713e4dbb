"""How an operator wants to be told of alarms in the browser (OPR-1)."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class OperatorChoice(models.Model):
    """Kept here, so that it goes with the person from browser to browser; without a row: silent."""

    class Sound(models.TextChoices):
        NONE = "none", _("No sound")
        ONCE = "once", _("Once for each alarm")
        UNTIL_ACKNOWLEDGED = "until_acknowledged", _("Until it is acknowledged")

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="operator_choice"
    )
    sound = models.CharField(_("sound"), max_length=20, choices=Sound.choices, default=Sound.NONE)
    notify = models.BooleanField(_("browser notifications"), default=False)

    def __str__(self) -> str:
        return f"{self.sound}, {self.notify}"
