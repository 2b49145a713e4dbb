"""A model card becomes a part of the page: readable, and harmless whoever wrote it."""

from pathlib import Path

import pytest

from portal.dashboard.model_card import LONGEST, card_html, card_read


def test_headings_go_below_those_of_the_page() -> None:
    """RUN-7: the outline of the page stays whole: 1 the page, 2 the task, 3 the network."""
    html = card_html("# One\n\n## Two\n\n###### Six")

    assert "<h4>One</h4>" in html
    assert "<h5>Two</h5>" in html
    assert "<h6>Six</h6>" in html


def test_a_table_looks_like_those_of_the_pages_and_needs_no_style() -> None:
    """RUN-6, SEC-3: aligned by class, because the policy refuses styles."""
    html = card_html("| clip | MAE | exact |\n| :-- | --: | :-: |\n| street | 0.2 | 90 % |\n")

    assert '<div class="table-wrap" tabindex="0"><table class="table">' in html
    assert '<td class="number">0.2</td>' in html
    assert '<td class="middle">90 %</td>' in html
    assert "style=" not in html


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("<script>alert(1)</script>", "&lt;script&gt;", id="a script"),
        pytest.param("<b onclick='x()'>hi</b>", "&lt;b onclick", id="a handler"),
        pytest.param("[a](javascript:alert(1))", "[a](javascript:alert(1))", id="a script as an address"),
        pytest.param("[the pool](../training/README.md)", "<p>the pool</p>", id="an address inside of a repository"),
        pytest.param("![a face](https://example.org/face.png)", "<p>a face</p>", id="a picture from elsewhere"),
        pytest.param("[paper](https://arxiv.org/abs/1)", '<a href="https://arxiv.org/abs/1">paper</a>', id="a link"),
        pytest.param("| <i>a</i> |\n| - |\n| </table> |", "&lt;/table&gt;", id="HTML in a table"),
    ],
)
def test_only_text_and_links_to_elsewhere_come_through(text: str, expected: str) -> None:
    """SEC-3: cards come with networks, from wherever an operator has them."""
    html = card_html(text)

    assert expected in html
    assert "<script" not in html
    assert "<img" not in html


@pytest.mark.parametrize(
    "content",
    [None, b"\xff\xfe not UTF-8", b"x" * (LONGEST + 1)],
    ids=["not there", "not a text", "no card any more"],
)
def test_a_card_that_cannot_be_read_is_left_out(content: bytes | None, tmp_path: Path) -> None:
    """RUN-6: a network without its card works as well."""
    path = tmp_path / "little.card.md"
    if content is not None:
        path.write_bytes(content)

    assert card_read(path) == ""
    assert card_read(None) == ""
