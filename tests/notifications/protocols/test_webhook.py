"""Webhooks (WIRE 7): the body, and the signature as the reference library of Standard Webhooks reads it."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from time import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks import Webhook, WebhookVerificationError

from notifications.protocols.webhook import (
    PREFIX,
    TOLERANCE_S,
    TYPES,
    SignatureError,
    carries,
    encode,
    encode_count,
    encode_status,
    headers,
    new_secret,
    verify,
)
from notifications.record import AlarmRecord, Direction, Event, StatusRecord
from tests.notifications.records import COUNTS, LOBBY, NO_MASK, alarm, alarms

SECRET = f"{PREFIX}MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
ID = "0b6c7f1a-2f53-5d39-8d3e-3c1a5f0e9d42"
NOW_S = 1777604655
GOLDEN = (
    b'{"id": "0b6c7f1a-2f53-5d39-8d3e-3c1a5f0e9d42", "type": "alarm.started", "created": "2026-05-01T03:04:15.000Z", '
    b'"data": {"id": "5f0c2f1e-7d0a-4f57-9a52-8f6f5c1d2e3b", "site": 3, "site_name": "Harbour", "camera": 7, '
    b'"camera_name": "Entrance", "combined": null, "channel": 1, "mac": "001122aabbcc", "extension": "occupancy", '
    b'"area_number": 1, "area_name": "Lobby", "message_id": 98, "count": 12, "threshold": 10, "cause": "threshold", '
    b'"started_at": "2026-05-01T03:04:15.000Z", "ended_at": null, "end_reason": "", "sequence": 0, "faces": [], '
    b'"test": false, "simulated": false, "origin": "", "external_ref": ""}}'
)


def signed(body: bytes, *secrets: str, now_s: int = NOW_S) -> dict[str, str]:
    return headers(body, message_id=ID, secrets=secrets, now_s=now_s)


def test_golden_body() -> None:
    """WIRE 7: id, type, created, data; the id is the notification's."""
    assert encode(LOBBY) == GOLDEN


def test_a_system_is_not_told_of_its_own_acknowledgement() -> None:
    """API-8: of nothing else it did, and of everybody else's; a receiver without a name hears everything."""
    own = replace(LOBBY, event=Event.ACKNOWLEDGED, origin="recorder", external_ref="A-7")

    assert not carries(own, origin="recorder")
    assert carries(own, origin="desk")
    assert carries(own)
    assert carries(replace(own, event=Event.ENDED), origin="recorder")
    assert carries(replace(own, origin=""), origin="recorder")
    assert json.loads(encode(own))["data"].items() >= {"origin": "recorder", "external_ref": "A-7"}.items()


def test_golden_headers() -> None:
    """WIRE 7: HMAC-SHA256 of id.timestamp.body; the sample that the scheme's own documents print."""
    message_id = "msg_p5jXN8AQM9LWM0D4loKWxJek"

    assert headers(b'{"test": 2432232314}', message_id=message_id, secrets=[SECRET], now_s=1614265330) == {
        "Content-Type": "application/json",
        "Webhook-Id": message_id,
        "Webhook-Timestamp": "1614265330",
        "Webhook-Signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }


def test_the_reference_library_verifies_what_we_sign() -> None:
    """OUT-5: whoever follows the standard can receive."""
    body = encode(LOBBY)

    assert Webhook(SECRET).verify(body, signed(body, SECRET, now_s=int(time()))) == json.loads(body)
    with pytest.raises(WebhookVerificationError):
        Webhook(new_secret()).verify(body, signed(body, SECRET, now_s=int(time())))


def test_we_verify_what_the_reference_library_signs() -> None:
    """WIRE 7: the same scheme from the other side."""
    body = encode(LOBBY)
    signature = Webhook(SECRET).sign(ID, datetime.fromtimestamp(NOW_S, UTC), body.decode())

    verify(body, signed(body, SECRET) | {"Webhook-Signature": signature}, secrets=[SECRET], now_s=NOW_S)


def test_while_a_secret_is_replaced_both_are_valid() -> None:
    """WIRE 7: secret rotation; the receiver changes when it likes."""
    body, old, new = encode(LOBBY), new_secret(), new_secret()
    sent = signed(body, new, old, now_s=int(time()))

    for secret in (old, new):
        Webhook(secret).verify(body, sent)
        verify(body, sent, secrets=[secret], now_s=time())
    with pytest.raises(SignatureError, match="none of the valid secrets"):
        verify(body, sent, secrets=[new_secret()], now_s=time())


@pytest.mark.parametrize("away_s", [-TOLERANCE_S - 1, TOLERANCE_S + 1])
def test_an_old_message_is_not_taken_for_a_new_one(away_s: int) -> None:
    """WIRE 7: five minutes of tolerance, both ways."""
    body = encode(LOBBY)

    verify(body, signed(body, SECRET), secrets=[SECRET], now_s=NOW_S + away_s * TOLERANCE_S // (TOLERANCE_S + 1))
    with pytest.raises(SignatureError, match="at most 300 s"):
        verify(body, signed(body, SECRET), secrets=[SECRET], now_s=NOW_S + away_s)


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("Webhook-Id", "another", "none of the valid"),
        ("Webhook-Timestamp", str(NOW_S + 1), "none of the valid"),
        ("Webhook-Timestamp", "soon", "POSIX seconds expected"),
        ("Webhook-Timestamp", "١٢", "POSIX seconds expected"),
        ("Webhook-Signature", "v1,", "none of the valid"),
        ("Webhook-Signature", "v2,ä", "none of the valid"),
    ],
)
def test_a_changed_header_is_found(name: str, value: str, reason: str) -> None:
    """WIRE 7: everything that counts is signed."""
    body = encode(LOBBY)

    with pytest.raises(SignatureError, match=reason):
        verify(body, signed(body, SECRET) | {name: value}, secrets=[SECRET], now_s=NOW_S)


def test_a_missing_header_is_named() -> None:
    """STYLE 8: header names are read in any case."""
    body = encode(LOBBY)
    sent = {name.lower(): value for name, value in signed(body, SECRET).items()}

    verify(body, sent, secrets=[SECRET], now_s=NOW_S)
    del sent["webhook-timestamp"]
    with pytest.raises(SignatureError, match="'webhook-timestamp' is missing"):
        verify(body, sent, secrets=[SECRET], now_s=NOW_S)


@given(st.integers(0, 700), st.integers(1, 255))
def test_no_byte_of_the_body_can_be_changed(place: int, change: int) -> None:
    """WIRE 7: the signature is of the bytes."""
    body = bytearray(GOLDEN)
    body[place % len(body)] ^= change

    with pytest.raises(SignatureError):
        verify(bytes(body), signed(GOLDEN, SECRET), secrets=[SECRET], now_s=NOW_S)


@pytest.mark.parametrize(
    "secret", ["", "whsec_", "whsec_short", SECRET.removeprefix(PREFIX), f"{PREFIX}not base64!!", f"{PREFIX}ä"]
)
def test_a_bad_secret_is_refused_and_not_shown(secret: str) -> None:
    """OUT-5, SPEC 7: secrets stand in no error."""
    with pytest.raises(SignatureError, match="this one is not") as caught:
        signed(b"{}", secret)

    rest = secret.removeprefix(PREFIX)
    assert not rest or rest not in str(caught.value)


def test_new_secrets_are_long_and_never_the_same() -> None:
    """OUT-5: the reference library takes them as they are."""
    one, other = new_secret(), new_secret()

    assert one != other
    assert len(one) == len(PREFIX) + 44
    Webhook(one)


@given(alarms)
def test_every_notification_has_a_form(record: AlarmRecord) -> None:
    """OUT-5: starts, repeats, ends, acknowledgements; the type is one that the filter knows."""
    body = json.loads(encode(record))

    assert carries(record)
    assert set(body) == {"id", "type", "created", "data"}
    assert body["type"] in TYPES
    assert body["data"]["id"] == str(record.id)


def test_an_end_says_when_and_why() -> None:
    """WIRE 7."""
    data = json.loads(encode(alarm(event=Event.ENDED, end_reason="pause", at=LOBBY.at.replace(minute=9))))["data"]

    assert (data["started_at"], data["ended_at"]) == ("2026-05-01T03:04:15.000Z", "2026-05-01T03:09:15.000Z")
    assert data["end_reason"] == "pause"


def test_a_minimum_is_told_as_one() -> None:
    """OCC-32: by the API's word, without a message id."""
    data = json.loads(encode(alarm(direction=Direction.BELOW)))["data"]

    assert (data["cause"], data["message_id"]) == ("minimum", None)


def test_faces_are_told_with_their_boxes() -> None:
    """MASK-7."""
    faces = json.loads(encode(NO_MASK))["data"]["faces"]

    assert faces == [{"id": 31, "box": [0.395, 0.28, 0.44, 0.365], "score": 0.93, "mask": False}]


def test_counts_and_camera_status_have_a_form() -> None:
    """WIRE 7: an area that is Off has no count."""
    at = datetime(2026, 5, 1, tzinfo=UTC)
    off = replace(COUNTS, areas=(replace(COUNTS.areas[0], count=None),))
    count = json.loads(encode_count(off, message_id=ID))
    status = json.loads(
        encode_status(StatusRecord(at, 3, "Harbour", 7, "Entrance", "offline", at, "refused"), message_id=ID)
    )

    assert (count["id"], count["type"], count["data"]["count"]) == (ID, "count", 9)
    assert count["data"]["areas"] == [{"number": 1, "name": "Lobby", "count": None}]
    assert status["type"] == "camera.status"
    assert (status["data"]["status"], status["data"]["error"]) == ("offline", "refused")
