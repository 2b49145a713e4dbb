"""What a camera says about its stream before it is opened."""

import pytest

from cameras.capture.sdp import judge_description
from cameras.capture.source import EncryptedStreamError, UnsupportedCodecError


def described(*lines: str) -> bytes:
    return "\r\n".join(["RTSP/1.0 200 OK", "Content-Type: application/sdp", "", "v=0", *lines, ""]).encode()


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param(["m=video 0 RTP/AVP 96", "a=rtpmap:96 H264/90000"], id="H.264"),
        pytest.param(["m=video 0 RTP/AVP 96", "a=rtpmap:96 h265/90000"], id="H.265, in small letters"),
        pytest.param(["m=video 0 RTP/AVP 26"], id="JPEG, by its number"),
        pytest.param(["m=audio 0 RTP/AVP 0", "a=rtpmap:0 PCMU/8000", "m=video 0 RTP/AVP 26"], id="after a sound"),
        pytest.param(
            ["m=video 0 RTP/AVP 96", "a=rtpmap:96 H264/90000", "m=video 0 RTP/AVP 97", "a=rtpmap:97 VP8/90000"],
            id="first",
        ),
        pytest.param(["m=video 0 RTP/SAVP 96", "a=crypto:1 AES_CM_128 inline:x", "a=rtpmap:96 H264/90000"], id="key"),
        pytest.param(["m=video 0 RTP/AVP 96"], id="unnamed"),
        pytest.param([], id="nothing"),
        pytest.param(["m=", "m=video", "a=rtpmap:", "\xff"], id="garbage"),
    ],
)
def test_what_may_be_read_is_let_through(lines: list[str]) -> None:
    """CAM-2: what cannot be told from here is left to the decoder."""
    judge_description("camera", described(*lines))


@pytest.mark.parametrize("protocol", ["RTP/SAVP", "RTP/SAVPF", "RTP/SAVP/TCP"])
def test_an_encrypted_stream_without_a_key_is_named(protocol: str) -> None:
    """CAM-2: encrypted by the camera."""
    with pytest.raises(EncryptedStreamError, match="camera: the camera encrypts"):
        judge_description("camera", described(f"m=video 0 {protocol} 96", "a=rtpmap:96 H264/90000"))


def test_another_codec_is_named() -> None:
    """CAM-2: unsupported codec."""
    with pytest.raises(UnsupportedCodecError, match=r"the codec is VP8, expected H\.264"):
        judge_description("camera", described("m=video 0 RTP/AVP 96", "a=rtpmap:96 VP8/90000"))
