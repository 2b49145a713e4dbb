"""What operators did with an alarm, step by step (OPR-2)."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from analytics.models.alarm import Alarm


class AlarmStep(models.Model):
    """One step of `analytics.desk.Step`, or that its area was shelved: who, when, and what was said.

    to: whom it was assigned to.    verdict: of a closing.
    """

    class Kind(models.TextChoices):
        ACKNOWLEDGE = "acknowledge", _("acknowledged")
        ASSIGN = "assign", _("assigned")
        UNASSIGN = "unassign", _("assigned to nobody")
        NOTE = "note", _("noted")
        CLOSE = "close", _("closed")
        REOPEN = "reopen", _("reopened")
        SHELVE = "shelve", _("shelved the area")
        UNSHELVE = "unshelve", _("ended the shelving")

    alarm = models.ForeignKey(Alarm, on_delete=models.CASCADE, related_name="steps")
    step = models.CharField(max_length=12, choices=Kind.choices)
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    to = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    verdict = models.CharField(max_length=5, choices=Alarm.Verdict.choices, blank=True, default="")
    note = models.TextField(_("note"), max_length=1000, blank=True, default="")

    class Meta:
        ordering = ("at", "id")

    def __str__(self) -> str:
        return f"{self.step} · {self.at:%Y-%m-%d %H:%M:%S}"
