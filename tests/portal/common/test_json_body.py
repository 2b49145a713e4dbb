"""SPEC 15: JSON that no database or no other reader of JSON could hold, refused at every door."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.common.json_body import DEEPEST, JsonRefusedError, json_read
from tests.factories import CameraFactory

KEPT = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
)


def nested(levels: int) -> bytes:
    return b"[" * levels + b"]" * levels


@given(body=st.binary() | st.text().map(str.encode))
def test_whatever_is_read_can_be_told_again(body: bytes) -> None:
    """SPEC 15: in UTF-8, to a reader that keeps to the rules; and nothing else is raised."""
    try:
        found = json_read(body)
    except JsonRefusedError:
        return

    assert json.loads(json.dumps(found, allow_nan=False, ensure_ascii=False).encode()) == found


@given(value=KEPT)
def test_ordinary_values_are_read_as_they_are(value: object) -> None:
    """SPEC 15: NUL is the one character of them that is refused."""
    body = json.dumps(value).encode()
    if b"\\u0000" in body:
        with pytest.raises(JsonRefusedError):
            json_read(body)
    else:
        assert json_read(body) == value


@pytest.mark.parametrize(
    ("body", "path"),
    [
        (b'{"areas": [{}, {"name": "a\\u0000"}]}', "areas[1].name"),
        (b'{"name": "\\ud800"}', "name"),
        (b'{"camera": {"\\ud800": 1}}', "camera"),
        (b'{"x": 1e999}', "x"),
        (b'{"x": 1' + b"0" * 400 + b"}", "x"),
        (b'{"x": NaN}', ""),
        (nested(DEEPEST + 1), ""),
        (nested(100_000), ""),
        (b'{"x": 1' + b"0" * 9000 + b"}", ""),
    ],
    ids=["NUL", "surrogate", "name", "infinite", "integer", "NaN", "deep", "deeper than the stack", "digits"],
)
def test_what_nobody_can_hold_is_refused_at_its_place(body: bytes, path: str) -> None:
    """SPEC 15: bad input in any form; no path where the whole cannot be read."""
    with pytest.raises(JsonRefusedError) as refused:
        json_read(body)

    assert refused.value.path == path


def test_as_deep_as_allowed_is_read() -> None:
    """SPEC 15."""
    assert json_read(nested(DEEPEST))


@pytest.mark.parametrize(
    ("body", "errors"),
    [(b'{"name": "\\ud800"}', ["name"]), (nested(100_000), None)],
    ids=["a text", "the whole"],
)
def test_the_api_says_which_value_it_was(api, site, owner, *, body: bytes, errors: list[str] | None) -> None:
    """API-1: a problem with the path of the value, where it is one value."""
    address = f"/api/v1/cameras/{CameraFactory(site=site).pk}/"
    answer = api(owner, "configure").generic("PATCH", address, body, content_type="application/json", HTTP_IF_MATCH="*")
    found = answer.json().get("errors")

    assert answer.status_code == 400
    assert (found and [one["path"] for one in found]) == errors
