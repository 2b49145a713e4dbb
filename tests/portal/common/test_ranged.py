"""Parts of a file, as a browser asks for them (OPR-3; RFC 9110, section 14)."""

import pytest
from django.core.files.base import ContentFile
from django.http import HttpResponse
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from portal.common.ranged import ranged_response

DATA = bytes(range(200))


def asked(value: str | None, data: bytes = DATA, **more: str) -> HttpResponse:
    headers = {} if value is None else {"Range": value}
    request = RequestFactory().get("/", headers={**headers, **more})
    return ranged_response(request, ContentFile(data), content_type="video/mp4")


def test_the_whole_file_says_that_it_may_be_asked_for_in_parts() -> None:
    """OPR-3."""
    answer = asked(None)

    assert (answer.status_code, answer.content, answer["Content-Type"]) == (200, DATA, "video/mp4")
    assert answer["Accept-Ranges"] == "bytes"


@pytest.mark.parametrize(
    ("value", "part", "told"),
    [
        pytest.param("bytes=0-0", DATA[:1], "bytes 0-0/200", id="the first byte"),
        pytest.param("bytes=0-", DATA, "bytes 0-199/200", id="all of it"),
        pytest.param("bytes=190-", DATA[190:], "bytes 190-199/200", id="from here on"),
        pytest.param("bytes=-10", DATA[190:], "bytes 190-199/200", id="the last ten"),
        pytest.param("bytes=-900", DATA, "bytes 0-199/200", id="more last ones than there are"),
        pytest.param("bytes=50-9999", DATA[50:], "bytes 50-199/200", id="beyond the end"),
    ],
)
def test_a_part_is_told_with_its_place(value: str, part: bytes, told: str) -> None:
    """OPR-3: 206 with the bytes and where they are."""
    answer = asked(value)

    assert (answer.status_code, answer.content, answer["Content-Range"]) == (206, part, told)


@pytest.mark.parametrize("value", ["bytes=200-", "bytes=200-300", "bytes=-0", f"bytes={10**17}-"])
def test_a_part_that_is_not_there_is_refused(value: str) -> None:
    """OPR-3: 416 with the size of the file."""
    answer = asked(value)

    assert (answer.status_code, answer.content, answer["Content-Range"]) == (416, b"", "bytes */200")


@pytest.mark.parametrize(
    "value", ["bytes=-", "bytes=5-4", "bytes=0-1,5-6", "items=0-1", "bytes=a-b", "bytes=٠-٣", "", f"bytes={'9' * 500}-"]
)
def test_what_makes_no_sense_is_ignored(value: str) -> None:
    """RFC 9110, 14.2: the whole file is the answer."""
    answer = asked(value)

    assert (answer.status_code, answer.content) == (200, DATA)


def test_a_part_of_what_may_have_changed_is_the_whole() -> None:
    """RFC 9110, 13.1.5: we give no validator, so what is compared with one never matches."""
    assert asked("bytes=0-9", **{"If-Range": '"abc"'}).status_code == 200


def test_an_empty_file_has_no_part() -> None:
    assert asked("bytes=0-", b"").status_code == 416
    assert asked(None, b"").status_code == 200


@given(data=st.binary(max_size=300), first=st.none() | st.integers(0, 400), last=st.none() | st.integers(0, 400))
def test_a_part_is_what_the_same_slice_is(data: bytes, first: int | None, last: int | None) -> None:
    """OPR-3: whatever is asked for of whatever file."""
    answer = asked(f"bytes={'' if first is None else first}-{'' if last is None else last}", data)

    if first is not None:
        expected = data[first : None if last is None else last + 1]
    else:
        expected = data[len(data) - min(last, len(data)) :] if last else b""
    if (first is None and last is None) or (first is not None and last is not None and last < first):
        assert (answer.status_code, answer.content) == (200, data)
    elif expected:
        assert (answer.status_code, answer.content) == (206, expected)
    else:
        assert answer.status_code == 416
