"""Changing the secret of a webhook without losing a message (OUT-5; WIRE 7)."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from notifications.kinds import KINDS
from notifications.models import Destination
from notifications.services.destination import destination_update
from notifications.services.secret import destination_secrets

ROTATED = frozenset({"secret", "former_secret"})


def can_rotate(destination: Destination) -> bool:
    """Whether its kind knows two valid secrets."""
    return set(KINDS[destination.kind].secrets) >= ROTATED


@transaction.atomic
def secret_rotate(*, destination: Destination) -> dict[str, str]:
    """Make a new secret, to be shown once; the one of now goes on signing beside it until it is cleared.

    Raises ValidationError for a kind without. Whether somebody may, the doors ask.
    """
    if not can_rotate(destination):
        raise ValidationError({"kind": [_("Destinations of this kind have no secret that the portal makes.")]})
    current = Destination.objects.select_for_update().get(pk=destination.pk)
    made = KINDS[current.kind].fresh()
    former = destination_secrets(current).get("secret", "")
    destination_update(destination=current, secrets={**made, "former_secret": former})
    return made
