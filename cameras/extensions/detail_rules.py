"""Rules that the Detail tabs of both extensions share."""

from cameras.extensions.fields import Number, Switch
from cameras.extensions.problems import gettext_noop

NOTIFICATION = Switch(gettext_noop("Alarm notification"), help=gettext_noop("Off: alarms are listed, silently."))


def score_rule(label: str) -> Number:
    """An identification threshold on the scale of OCC-25."""
    return Number(
        label, 1, 99, help=gettext_noop("The lowest score that counts; lower finds more, and more that is wrong.")
    )


def width_rule(label: str) -> Number:
    """A smallest width in pixels of a picture 1920 wide (OCC-27)."""
    return Number(
        label,
        0,
        1920,
        unit="px",
        help=gettext_noop("Pixels of a picture 1920 wide; narrower is not counted, 0 is off."),
    )
