"""Settings under a name, to be put on many cameras (EXT-5)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from cameras.models.extension import Extension
from cameras.models.site import Site
from portal.accounts.models import User
from portal.common.keyed import Keyed


class Profile(Keyed):
    """The settings of some tabs. It belongs to the site that it was made on, because names and places are in it."""

    key_parent = "site"

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="profiles")
    name = models.CharField(_("name"), max_length=80)
    kind = models.CharField(max_length=10, choices=Extension.Kind.choices, default=Extension.Kind.OCCUPANCY)
    tabs = models.JSONField(_("tabs"))  # names of TABS
    settings = models.JSONField()  # of these tabs, without secrets
    aspect = models.FloatField(null=True, blank=True)  # width / height of the picture it was made on; null: not known
    made_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField(_("made"), auto_now_add=True)

    class Meta:
        ordering = ("name",)
        constraints = [
            models.UniqueConstraint(fields=("site", "name"), name="one_profile_of_a_name_per_site"),
            models.UniqueConstraint(
                fields=("site", "key"), condition=~models.Q(key=""), name="one_profile_of_a_key_per_site"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.site} · {self.name}"
