"""What streams to programs and people, from the real web server: counts as CSV, ONVIF metadata (OUT-4, OUT-7)."""

from collections.abc import Callable
from pathlib import Path

import pytest

from notifications.protocols.csv_counts import header
from tests.e2e.conftest import Person

pytestmark = [pytest.mark.browser, pytest.mark.shared, pytest.mark.slow, pytest.mark.timeout(400)]

FIRST_BYTES = """async () => {
  const answer = await fetch("/api/v1/cameras/2/metadata/");
  const reader = answer.body.getReader();
  const text = new TextDecoder();
  let read = "";
  while (!read.includes(">Human</tt:Type>")) read += text.decode((await reader.read()).value, { stream: true });
  await reader.cancel();
  return read;
}"""


def test_counts_are_downloaded(person: Callable[..., Person], album: Callable[[Person, str], Path]) -> None:
    """OUT-7: from the tab of the camera; today's file is there before anything was counted."""
    operator = person("operator")
    operator.go("/cameras/1/")
    operator.page.get_by_role("navigation", name="Pages of this camera").get_by_role("link", name="Counts").click()
    album(operator, "counts-dark")
    with operator.page.expect_download() as download:
        operator.page.get_by_role("button", name="Download").click()

    assert download.value.suggested_filename.startswith("cam-0001_")
    assert Path(download.value.path()).read_bytes().startswith(header())


def test_metadata_streams_while_the_camera_is_analysed(person: Callable[..., Person]) -> None:
    """OUT-4: up to the first person, from the worker's own frames; then the reader goes away."""
    operator = person("operator")
    read = operator.page.evaluate(FIRST_BYTES)

    assert '<tt:Type Likelihood="' in read
    assert ">Human</tt:Type>" in read
