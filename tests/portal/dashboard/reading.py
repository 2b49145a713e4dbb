"""What a person reads on a page."""

import html
import re
from typing import Any


def words(answer: Any) -> str:
    """The text of `<main>`, or of a part of a page, without its tags."""
    main = answer.content.decode().partition("<main")[2] or answer.content.decode()
    return html.unescape(" ".join(re.sub(r"<[^>]*>", " ", main).split()))
