"""Codecs of the TCP alarm notification: which bytes carry the seven fields (WIRE 5).

The vendor's bytes are not public, so a codec is a plug-in. Ours, `json-lines`, is always there. Another comes as an
installed package with an entry point in the group `lookout.tcp_codecs` that names an object of the protocol TcpCodec:

    [project.entry-points."lookout.tcp_codecs"]
    some-recorder = "some_package.codec:CODEC"

    CodecError    no codec of that name, or one that cannot be loaded
"""

from importlib.metadata import EntryPoints, entry_points
from typing import Protocol

from notifications.protocols.json_lines import JsonLines
from notifications.protocols.stream import Decoder
from notifications.protocols.tcp_alarm import TcpAlarm

GROUP = "lookout.tcp_codecs"
DEFAULT = "json-lines"


class CodecError(LookupError):
    """The codec cannot be used; says which and why."""


class TcpCodec(Protocol):
    """label: what the interface calls it, English.    answers: whether its receivers confirm what they got."""

    @property
    def label(self) -> str: ...

    @property
    def answers(self) -> bool: ...

    def encode(self, alarm: TcpAlarm) -> bytes:
        """The bytes that carry it."""

    def decoder(self) -> Decoder[TcpAlarm]:
        """For one connection, at the receiver."""

    def answer(self, alarm: TcpAlarm) -> bytes:
        """What the receiver sends back once the alarm is safe with it; empty without answers."""

    def answer_decoder(self) -> Decoder[str]:
        """For one connection, at the sender: the `information` of each alarm that was confirmed."""


_OURS: dict[str, TcpCodec] = {DEFAULT: JsonLines()}


def codec_names() -> list[str]:
    """Those that can be chosen; a package's codec is not loaded for that, and takes no name of ours."""
    return [*_OURS, *sorted(set(_plugged().names) - set(_OURS))]


def codec_get(name: str) -> TcpCodec:
    """Raises CodecError."""
    if name in _OURS:
        return _OURS[name]
    if name not in _plugged().names:
        raise CodecError(f"codec {name!r} is not installed, one of {', '.join(codec_names())} expected")
    try:
        codec: TcpCodec = _plugged()[name].load()
    except (ImportError, AttributeError) as exc:
        raise CodecError(f"codec {name!r} cannot be loaded: {exc}") from exc
    return codec


def _plugged() -> EntryPoints:
    return entry_points(group=GROUP)
