"""Links of Markdown pages that lead nowhere: to a file that is not there, or to a heading that its page lacks."""

import re
from collections.abc import Iterator
from pathlib import Path

LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
ELSEWHERE = ("http://", "https://", "mailto:")


def broken_links(page: Path) -> Iterator[str]:
    """`page: target` for each relative link that leads nowhere; addresses elsewhere are not visited."""
    for target in LINK.findall(FENCE.sub("", page.read_text())):
        if target.startswith(ELSEWHERE):
            continue
        name, _, heading = target.partition("#")
        file = (page.parent / name) if name else page
        if not file.exists() or (heading and heading not in headings(file)):
            yield f"{page}: {target}"


def headings(page: Path) -> set[str]:
    """The anchors of a page, as code hosts make them from its headings."""
    return {
        re.sub(r"[^\w\- ]", "", title.lower()).strip().replace(" ", "-")
        for title in HEADING.findall(FENCE.sub("", page.read_text()))
    }
