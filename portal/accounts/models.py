"""Users, and the tokens with which programs enter in their place (API-4)."""

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _


class User(AbstractUser):
    """A person who signs in. `is_superuser` is the portal administrator; all other rights are memberships of sites."""


class ApiToken(models.Model):
    """A program's key. Only its hash is kept: the token is shown once, when it is made."""

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
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)
    last_used_at = models.DateTimeField(_("last used"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)

    class Meta:
        ordering = ("user", "name")

    def __str__(self) -> str:
        return f"{self.name} ({self.scope})"
