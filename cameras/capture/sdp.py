"""What a camera says about its stream before it is opened: its SDP (RFC 8866), as DESCRIBE answers it (CAM-2)."""

from cameras.capture.source import EncryptedStreamError, UnsupportedCodecError

CODECS = {"H264", "H265", "JPEG", "MP4V-ES"}  # in SDP's names, what `rtsp.OPTIONS` lets FFmpeg decode
EXPECTED = "expected H.264, H.265, JPEG or MPEG-4"
STATIC_JPEG = "26"  # payload type of JPEG, which needs no a=rtpmap


def judge_description(camera: str, answer: bytes) -> None:
    """Raises EncryptedStreamError, UnsupportedCodecError. What cannot be told from here is left to FFmpeg."""
    protocol, names, keys = _video(answer.decode("latin-1").splitlines())
    if "SAVP" in protocol and not keys:
        raise EncryptedStreamError(f"{camera}: the camera encrypts this stream and gives no key; switch that off there")
    if names and not names & CODECS:
        raise UnsupportedCodecError(f"{camera}: the codec is {', '.join(sorted(names))[:60]}, {EXPECTED}")


def _video(lines: list[str]) -> tuple[str, set[str], bool]:
    """Of the first video: transport protocol, names of its encodings, whether a key comes with it."""
    protocol, names, keys = "", set(), False
    for line in lines:
        kind, _, value = line.partition("=")
        if kind == "m":
            if protocol:
                break
            words = value.split()
            if len(words) > 3 and words[0] == "video":
                protocol = words[2]
                names = {"JPEG"} if STATIC_JPEG in words[3:] else set()
        elif protocol and kind == "a":
            keys = keys or value.startswith(("crypto:", "key-mgmt:"))
            if value.startswith("rtpmap:"):
                names.add(value.partition(" ")[2].partition("/")[0].strip().upper())
    return protocol, names, keys
