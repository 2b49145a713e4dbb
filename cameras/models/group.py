"""What the groups of the sign-in server mean here (SEC-8)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cameras.models.site import Role, Site


class GroupRole(models.Model):
    """Whoever is in `group` has `role` on `site`; without a site they are a portal administrator."""

    group = models.CharField(_("group"), max_length=200)
    site = models.ForeignKey(Site, verbose_name=_("site"), on_delete=models.CASCADE, null=True, blank=True)
    role = models.CharField(_("role"), max_length=16, choices=Role.choices)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("group", "site"), name="one_role_per_group_and_site"),
            models.UniqueConstraint(fields=("group",), condition=Q(site=None), name="one_portal_role_per_group"),
            models.CheckConstraint(
                condition=Q(site__isnull=False) | Q(role=Role.ADMINISTRATOR), name="the_portal_has_administrators_only"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.group} · {self.site or '*'} · {self.role}"
