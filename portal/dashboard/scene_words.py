"""Scene advice in words: what is seen, and what to do about it (CAM-8). No word promises more than was measured."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from analytics.live import AdviceState
from analytics.models import SceneEvent
from analytics.selectors import utc

Advice = SceneEvent.Advice
Words = Callable[[str], str]  # the value, written for people


@dataclass(frozen=True, slots=True)
class AdviceLine:
    """One piece of advice for a screen."""

    advice: str
    title: str
    seen: str
    todo: str
    since: datetime | None


def advice_line(state: AdviceState) -> AdviceLine | None:
    """None for a word of a newer worker."""
    advice = state["advice"]
    if advice not in Advice.values:
        return None
    return AdviceLine(
        advice, str(Advice(advice).label), seen(advice, state["value"]), _todo()[advice], utc(state["since"])
    )


def seen(advice: str, value: float | None) -> str:
    """What was measured."""
    if value is None:
        return _unmeasured().get(advice, "")
    return _seen()[advice](number_format(value, 1 if value < 10 else 0, use_l10n=True))


def _seen() -> Mapping[str, Words]:
    return {
        Advice.DARK: lambda n: _("The brightest tenth of the picture reaches %(n)s %% of white.") % {"n": n},
        Advice.WASHED_OUT: lambda n: (
            _("Hardly any contrast, or much of it is white: %(n)s %% from dark to bright.") % {"n": n}
        ),
        Advice.BLURRED: lambda n: _("%(n)s %% of the fine detail is missing.") % {"n": n},
        Advice.MOVED: lambda n: _("The picture lies %(n)s %% beside where it was.") % {"n": n},
        Advice.SHAKING: lambda n: _("The picture jumps by %(n)s %% from one second to the next.") % {"n": n},
        Advice.SMALL: lambda n: _("People are %(n)s pixels high for the network.") % {"n": n},
        Advice.CLOSE: lambda n: _("A person covers %(n)s %% of the picture.") % {"n": n},
        Advice.CROWDED: lambda n: _("%(n)s objects, as many as can be counted, or more.") % {"n": n},
        Advice.TILTED: lambda n: _("People look wider than high: %(n)s times as high as wide.") % {"n": n},
    }


def _unmeasured() -> Mapping[str, str]:
    return {
        Advice.MOVED: _("The picture has hardly anything in common with what it was: another view, or another light.")
    }


def _todo() -> Mapping[str, str]:
    return {
        Advice.DARK: _("Add light, expose longer, or let the camera switch to infrared."),
        Advice.WASHED_OUT: _("Clean the dome, turn the camera away from the light, or expose shorter."),
        Advice.BLURRED: _("Focus the camera on where people walk, and wipe the dome."),
        Advice.MOVED: _("Turn the camera back. If it is right as it is: look over the areas, then confirm the view."),
        Advice.SHAKING: _("Fasten the mount: areas and boxes do not lie where they were drawn."),
        Advice.SMALL: _("Zoom in, come nearer, or choose a network with a larger input. Smaller people are missed."),
        Advice.CLOSE: _("Zoom out or mount the camera farther away: who is cut off may not be counted."),
        Advice.CROWDED: _("Share the place among several cameras: the count ends at 40."),
        Advice.TILTED: _("Level the camera, or set its rotation. Several people who lie down look the same."),
    }


@dataclass(frozen=True, slots=True)
class ApplicationLimit:
    """Something that the application cannot do, whatever the picture."""

    title: str
    text: str


def application_limits() -> list[ApplicationLimit]:
    """What a mount has to respect, and which of it a picture can tell."""
    rows = [
        (_("Light"), _("At least 50 lux. A picture does not tell lux, only whether it looks too dark.")),
        (_("Indoors"), _("Made for people and masks indoors. Sun, shadows and weather cost accuracy.")),
        (
            _("Tilt"),
            _(
                "At most 45°. It cannot be seen in a picture of a wall, only by people who look wider than high; "
                "most of them are then not found at all."
            ),
        ),
        (_("Posture"), _("Whoever lies or crouches may be missed.")),
        (_("Look-alikes"), _("Dolls, posters and mirrors may count as people: draw an ignore zone over them.")),
        (_("Size"), _("Whom the network does not find at all cannot be called too small: no advice is no proof.")),
        (_("Number"), _("At most 40 objects in an area, and in the picture.")),
    ]
    return [ApplicationLimit(title, text) for title, text in rows]
