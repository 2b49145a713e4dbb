"""A network's model card (Markdown) as HTML that the policy of the pages lets through.

No HTML of its own, no picture, no style: cards come with networks, from wherever an operator has them.
"""

from functools import lru_cache
from pathlib import Path

from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token

LONGEST = 200_000  # characters; what is longer is no card
OUTER_HEADINGS = 3  # the page's own: the card's begin below the name of its network

_markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
_FRAME = '<div class="table-wrap" tabindex="0">'
_ALIGNED = {"text-align:right": "number", "text-align:center": "middle"}


def card_read(path: Path | None) -> SafeString:
    """The card as HTML; empty when there is none, or none that can be read."""
    try:
        text = path.read_text(encoding="utf-8") if path else ""
    except (OSError, ValueError):
        return SafeString()
    return card_html(text) if len(text) <= LONGEST else SafeString()


@lru_cache(maxsize=32)
def card_html(text: str) -> SafeString:
    """Tables stand in a frame that scrolls, as those of the pages."""
    tokens = _markdown.parse(text)
    for token in tokens:
        _fit(token)
    html = _markdown.renderer.render(tokens, _markdown.options, {})
    html = html.replace("<table>", f'{_FRAME}<table class="table">').replace("</table>", "</table></div>")
    return mark_safe(html)  # noqa: S308 - the renderer escapes all text, and HTML in the card is text


def _fit(token: Token) -> None:
    if token.type in ("heading_open", "heading_close"):
        token.tag = f"h{min(6, int(token.tag[1]) + OUTER_HEADINGS)}"
    elif token.type in ("th_open", "td_open"):
        aligned = _ALIGNED.get(str(token.attrs.pop("style", "")))
        token.attrs |= {"class": aligned} if aligned else {}
    elif token.children:
        token.children = _plain(token.children)


def _plain(children: list[Token]) -> list[Token]:
    """Only links to elsewhere lead anywhere from this page; of a picture its text stays."""
    kept, leads = [], True
    for child in children:
        if child.type == "link_open":
            leads = str(child.attrs.get("href", "")).startswith(("https://", "http://"))
        if child.type == "image":
            kept.append(Token("text", "", 0, content=child.content))
        elif leads or child.type not in ("link_open", "link_close"):
            kept.append(child)
    return kept
