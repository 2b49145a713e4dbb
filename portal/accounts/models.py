"""Users, and the tokens with which programs enter in their place (API-4)."""

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.models import AbstractUser
from django.core.exceptions import PermissionDenied
from django.db import models
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _


class User(AbstractUser):
    """A person who signs in. `is_superuser` is the portal administrator; all other rights are memberships of sites."""

    only_sites: frozenset[int] | None = None
    _administered_all = False

    @property
    def administers_all_sites(self) -> bool:
        """Every site there is, or every one of `only_sites`."""
        return self.is_superuser or self._administered_all

    def narrow(self, site_ids: Iterable[int]) -> None:
        """In memory, for a token of these sites only: nothing else exists, and nobody administers the portal."""
        self.only_sites = frozenset(site_ids)
        self._administered_all, self.is_superuser = self.administers_all_sites, False

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Raises PermissionDenied for who was narrowed: the rights that it was left with are not the row's."""
        if self.only_sites is not None:
            raise PermissionDenied(_now("A token that is for some sites only cannot change its user."))
        super().save(*args, **kwargs)


class ApiToken(models.Model):
    """A program's key. Only its hash is kept: the token is shown once, when it is made.

    site_ids: the only sites that exist for it; None: every one of its user.    networks: where it may be used from, as
    in 10.1.0.0/16; none: everywhere.    made_with: the token that made it, whose end is its own.
    """

    class Scope(models.TextChoices):
        READ = "read", _("Read")
        OPERATE = "operate", _("Operate")
        CONFIGURE = "configure", _("Configure")

    name = models.CharField(_("name"), max_length=80)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="tokens")
    scope = models.CharField(_("scope"), max_length=10, choices=Scope.choices)
    prefix = models.CharField(max_length=12, unique=True)
    digest = models.CharField(max_length=64)  # SHA-256; the token has 256 random bits, so it needs no slow hash
    created_at = models.DateTimeField(auto_now_add=True)
    site_ids = models.JSONField(_("sites"), null=True, blank=True)
    networks = models.JSONField(_("networks"), default=list, blank=True)
    made_with = models.ForeignKey("self", on_delete=models.CASCADE, null=True, blank=True, related_name="made")
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)
    last_used_at = models.DateTimeField(_("last used"), null=True, blank=True)
    last_used_from = models.GenericIPAddressField(_("last used from"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)

    class Meta:
        ordering = ("user", "name")

    def __str__(self) -> str:
        return f"{self.name} ({self.scope})"
