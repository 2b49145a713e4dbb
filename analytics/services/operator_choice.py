"""How a person is told of alarms in the browser (OPR-1)."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from analytics.models import OperatorChoice
from portal.accounts.models import User


def choice_save(*, user: User, sound: str, notify: bool) -> OperatorChoice:
    """Keep it for `user`, on every browser. Raises ValidationError for a sound that is none."""
    if sound not in OperatorChoice.Sound.values:
        raise ValidationError({"sound": _("“%(sound)s” is no choice of sound.") % {"sound": sound}})
    choice, _created = OperatorChoice.objects.update_or_create(user=user, defaults={"sound": sound, "notify": notify})
    return choice
