"""The rows of the audit log (SEC-5): django-auditlog's, with a site, a name that outlives its user, and no way back.

They are closed twice: here for our own code, and by triggers of the database (`append_only.py`) for everything else.
"""

from typing import Any, NoReturn

from auditlog.models import AbstractLogEntry, LogEntryManager
from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.common.acting import acting_now
from portal.common.audit_place import site_of
from portal.common.errors import AppendOnlyError


class AppendOnlyQuerySet(models.QuerySet):
    """Reads, and adds; all else raises AppendOnlyError."""

    def update(self, **_values: Any) -> NoReturn:
        raise AppendOnlyError

    def delete(self) -> NoReturn:
        raise AppendOnlyError

    def bulk_update(self, *_objects: Any, **_how: Any) -> NoReturn:
        raise AppendOnlyError


class AuditEntryManager(LogEntryManager.from_queryset(AppendOnlyQuerySet)):  # type: ignore[misc] # Any: auditlog has no types
    """django-auditlog writes through it; each entry gets the site of what it is about."""

    def log_create(self, instance: models.Model, force_log: bool = False, **facts: Any) -> "AuditEntry | None":
        facts.setdefault("site_id", site_of(instance))
        entry: AuditEntry | None = super().log_create(instance, force_log, **facts)
        return entry


class AuditEntry(AbstractLogEntry):
    """Who did what to what, when, from where, and what was before and after. Written once.

    changes: path -> [before, after], as JSON.    site_id: of then; None where it is about no single site.
    actor, content_type: without a constraint, as an entry outlives both. `actor_name` says who it was.
    """

    class Action(AbstractLogEntry.Action):
        SIGN_IN = 4
        SIGN_OUT = 5
        SIGN_IN_FAILED = 6
        REFUSED = 7

        choices = (
            (AbstractLogEntry.Action.CREATE, _("Added")),
            (AbstractLogEntry.Action.UPDATE, _("Changed")),
            (AbstractLogEntry.Action.DELETE, _("Removed")),
            (SIGN_IN, _("Signed in")),
            (SIGN_OUT, _("Signed out")),
            (SIGN_IN_FAILED, _("Sign-in failed")),
            (REFUSED, _("Refused")),
        )

    action = models.PositiveSmallIntegerField(_("action"), choices=Action.choices, db_index=True)
    content_type = models.ForeignKey(
        ContentType, on_delete=models.DO_NOTHING, db_constraint=False, null=True, related_name="+"
    )
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.DO_NOTHING, db_constraint=False, null=True, related_name="+"
    )
    actor_name = models.CharField(_("who"), max_length=150, blank=True)
    site_id = models.BigIntegerField(null=True)

    additional_data: dict[str, Any] | None
    remote_addr: str | None
    cid: str | None

    objects = AuditEntryManager()

    class Meta(AbstractLogEntry.Meta):
        abstract = False
        ordering = ("-id",)
        indexes = [models.Index(fields=("site_id", "id"), name="audit_by_site")]

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Raises AppendOnlyError for a row that is there."""
        if not self._state.adding:
            raise AppendOnlyError
        self._note_who()
        super().save(*args, **kwargs)

    def delete(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        raise AppendOnlyError

    def _note_who(self) -> None:
        """What the writer left open is what this request or task is known to be."""
        acting = acting_now()
        if self.actor is None and isinstance(acting.user, AbstractBaseUser):
            self.actor = acting.user
            self.additional_data = (self.additional_data or {}) | acting.facts
        self.actor_name = self.actor_name or (self.actor.get_username() if self.actor else "")
        self.remote_addr = self.remote_addr or acting.address
        self.cid = self.cid or acting.request_id
