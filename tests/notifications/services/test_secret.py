"""What the portal writes down is freed of secrets (SPEC 7)."""

import base64
import json
import time
from collections.abc import Callable
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.senders.http import READ_BYTES
from notifications.services.secret import HIDDEN, LONGEST_BYTES, conceal
from portal.common.redact import redact

secrets = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x2FF), min_size=4, max_size=40)
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)


def base64_of(text: str) -> str:
    return base64.b64encode(text.encode()).decode().rstrip("=")


FORMS: dict[str, Callable[[str], str]] = {
    "itself": str,
    "in a URL": lambda secret: quote(secret, safe=""),
    "in a form": quote_plus,
    "in JSON": lambda secret: json.dumps(secret)[1:-1],
    "in base64": base64_of,
    "behind its user": lambda secret: base64_of(f"guard:{secret}"),
}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
@given(secrets, texts, texts)
def test_a_secret_is_hidden_in_every_form(form: Callable[[str], str], secret: str, before: str, after: str) -> None:
    """SPEC 7: absent from attempts and errors."""
    kept = conceal(f"{before}\x1e{form(secret)}\x1e{after}", {"password": secret}, user="guard")

    assert form(secret) not in kept.replace(before, "").replace(after, "")
    assert HIDDEN in kept


@given(texts)
def test_what_is_kept_fits_every_database(text: str) -> None:
    """DESIGN 6: at most 4 kB of UTF-8, no NUL."""
    kept = conceal(text * 200, {})

    assert len(kept.encode()) <= LONGEST_BYTES
    assert "\0" not in kept


def test_a_short_secret_is_not_searched_for() -> None:
    """To blot out every 1 of an answer would give a PIN of 1 away."""
    assert conceal("HTTP/1.1 500", {"password": "1"}) == "HTTP/1.1 500"


@pytest.mark.parametrize("text", ["9", "a://", "basic ", "password=", "http://a@"])
def test_no_answer_keeps_the_portal_busy(text: str) -> None:
    """SPEC 15: whatever is read of an answer, and however it repeats itself."""
    begun_s = time.process_time()
    conceal(text * (READ_BYTES // len(text)), {})

    assert time.process_time() - begun_s < 0.5


def test_a_long_word_is_looked_through_once() -> None:
    """SPEC 15: from each of its letters it would take half a minute."""
    begun_s = time.process_time()
    redact("9" * 100_000)

    assert time.process_time() - begun_s < 1.0
