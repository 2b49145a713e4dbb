"""What a file would change, found by doing it and taking it back; and the same done for good (API-7).

Whatever the services refuse, the plan refuses; whatever they make of a value, the plan shows. Nothing of a plan leaves
its transaction: messages and tasks are sent on commit, and there is none.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.db import transaction
from django.utils.translation import gettext as _

from cameras.selectors import administrator_require
from portal.accounts.models import User
from portal.common.acting import acting
from portal.configuration.differences import Change, changes_between, digest_of
from portal.configuration.errors import ConfigurationError, Fault, PlanChangedError
from portal.configuration.putting.destination import mqtt_server_put
from portal.configuration.putting.site import sites_put
from portal.configuration.putting.work import Work
from portal.configuration.reading import Document, document_read
from portal.configuration.shape import objects_of
from portal.configuration.state import state_read
from portal.configuration.writing import document_write, shown


@dataclass(frozen=True, slots=True)
class Plan:
    """changes: as they may be shown; none: everything is as the file says.    digest: of exactly this plan.

    left: what the file says and nobody can do yet, and why; all else is done.
    made: secrets of new destinations and addresses of new counters, by path and name: the only time that they are seen.
    """

    changes: list[Change]
    digest: str
    left: list[Fault] = field(default_factory=list)
    made: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


def configuration_export(*, user: User) -> str:
    """The file of what is in force. Takes an administrator of the portal. Raises ConflictError."""
    administrator_require(user)
    with transaction.atomic():
        return document_write(state_read(user=user))


def configuration_plan(*, user: User, text: str | bytes, prune: bool = False, local: bool = False) -> Plan:
    """What `configuration_apply` would do; nothing is done.

    prune: what the file does not name goes.    local: secrets may come from this machine's environment and files.
    Raises PermissionDenied, ConfigurationError with everything that is wrong.
    """
    with _run(user, text, prune=prune, local=local) as plan:
        transaction.set_rollback(True)
    return Plan(plan.changes, plan.digest, plan.left)


def configuration_apply(
    *, user: User, text: str | bytes, prune: bool = False, local: bool = False, digest: str | None = None
) -> Plan:
    """All of the file or nothing. digest: of the plan that was shown; None: whatever the plan is now.

    Raises as `configuration_plan`; PlanChangedError where it would do anything else than the plan that was shown.
    """
    with _run(user, text, prune=prune, local=local) as plan:
        if digest is not None and digest != plan.digest:
            raise PlanChangedError(_("The file does something else by now: look at the new plan."), digest=plan.digest)
    return plan


@contextmanager
def _run(user: User, text: str | bytes, *, prune: bool, local: bool) -> Iterator[Plan]:
    """The plan, done; whether it stays is for the caller to say before the transaction ends."""
    administrator_require(user)
    document = document_read(text)
    with transaction.atomic(), acting(user=user):
        before = state_read(user=user)
        work = Work(user, dict(objects_of(shown(before))), prune=prune, local=local)
        _put(work, document)
        changes = list(changes_between(before, state_read(user=user)))
        digest = digest_of(document.tree, prune, changes)
        left = [document.placed(one) for one in work.left]
        yield Plan([change.shown() for change in changes], digest, left, work.made)


def _put(work: Work, document: Document) -> None:
    """Raises ConfigurationError with everything that was refused, once all of it was looked at."""
    if "mqtt_server" in document.tree:
        with work.at("mqtt_server"):
            mqtt_server_put(work, None, document.tree["mqtt_server"])
    if "sites" in document.tree:
        sites_put(work, document.tree["sites"], "sites")
    if work.faults:
        raise ConfigurationError([document.placed(fault) for fault in work.faults])
