"""ONVIF over MQTT: counts and alarms of areas as properties, faces without a mask as events; behind a switch what is on
the frames (OUT-4, OCC-29; WIRE 3).

They go to the MQTT server of each camera, own or inherited.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from cameras.extensions.fields import Number, Switch
from cameras.extensions.mqtt import QOS
from cameras.extensions.problems import Problem, gettext_noop
from cameras.extensions.rule import setting
from cameras.extensions.texts import Text
from notifications.kinds.base import Kind
from notifications.protocols import onvif_event

_PREFIX = Text(
    gettext_noop("Topic prefix"),
    64,
    least=1,
    pattern=r"[\x21\x22\x24-\x2a\x2c-\x7e]",
    allowed=gettext_noop("printable single-byte characters other than spaces, + and #"),
    help=gettext_noop("What stands before /onvif-ej/ and /onvif-mj/ in every topic."),
)
_COUNTS = Switch(gettext_noop("Counts"), help=gettext_noop("Every ONVIF transmission interval of the camera."))
_SCENES = Switch(
    gettext_noop("Scene metadata"),
    help=gettext_noop(
        "Sends the boxes of all objects and faces under /onvif-mj/. Always at QoS 0: a frame that is lost is followed "
        "by the next one, and nothing is kept while the server is away."
    ),
)
_SCENES_PER_S = Number(
    gettext_noop("Scene frames a second"),
    1,
    10,
    help=gettext_noop("At most so many of each camera, while there is an object; then an empty one."),
)


@dataclass(frozen=True, slots=True)
class OnvifSettings:
    """How they are published."""

    prefix: str = setting(_PREFIX, "lookout")
    counts: bool = setting(_COUNTS, True)
    qos: int = setting(QOS, 1)
    scenes: bool = setting(_SCENES, False)
    scenes_per_s: int = setting(_SCENES_PER_S, 1)


def _check(settings: OnvifSettings) -> Iterator[Problem]:
    if settings.prefix.startswith("/") or settings.prefix.endswith("/"):
        yield Problem("prefix", gettext_noop("The prefix must not begin or end with a /."))


ONVIF = Kind(
    name="onvif",
    label=gettext_noop("ONVIF events over MQTT"),
    settings=OnvifSettings,
    check=_check,
    server=lambda _settings: "",
    carries=lambda record, _config: onvif_event.carries(record),
    events=("started", "repeated", "ended"),
    usual=("started", "repeated", "ended"),
    most=4,
)
