"""RUN-7 (WCAG 2.2 AA): text has a contrast of at least 4.5:1 on every surface that it stands on, in both themes."""

import re
from pathlib import Path

import pytest

TOKENS = (Path(__file__).parents[2] / "static" / "css" / "tokens.css").read_text()
SURFACES = ("bg", "surface", "surface-2")
LINES = [f"line-{number}" for number in range(1, 7)]
PAIRS = [
    *((text, surface) for text in ("text", "text-2", "text-3", "accent", "red", "amber") for surface in SURFACES),
    *(("text", surface) for surface in ("surface-3", "accent-soft", "red-soft")),
    *((text, "accent-soft") for text in ("text-3", "accent", "red")),
    ("text-2", "surface-3"),
    ("text-3", "red-soft"),
    ("red", "red-soft"),
    ("amber", "amber-soft"),
    ("green", "green-soft"),
    ("on-accent", "accent-fill"),
    ("on-accent", "accent-fill-hover"),
    ("on-fill", "red-fill"),
    *((f"on-area-{number}", f"area-{number}") for number in (1, 2, 3, 4)),
    *(("on-face", verdict) for verdict in ("box-alarm", "box-area", "box-unjudged")),
]


def colours(theme: str) -> dict[str, str]:
    """Name -> #rrggbb; what the light theme does not change is the dark one's."""
    dark, light = (
        dict(re.findall(r"--([\w-]+): (#\w{6});", part)) for part in re.split(r'\[data-theme="light"\]', TOKENS)
    )
    return dark if theme == "dark" else dark | light


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize(("text", "surface"), PAIRS)
def test_text_can_be_read(text: str, surface: str, theme: str) -> None:
    """RUN-7."""
    known = colours(theme)

    assert contrast(known[text], known[surface]) >= 4.5


@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize("mark", [*("line-strong", "accent", "green", "amber-fill", "blue-fill", "red-fill"), *LINES])
def test_what_is_no_text_but_says_something_can_be_seen(mark: str, theme: str) -> None:
    """RUN-7: dots, bars, focus: 3:1; the edges of fields have text beside them and need less."""
    known = colours(theme)

    assert contrast(known[mark], known["surface"]) >= (1.5 if mark == "line-strong" else 3)


def test_components_name_colours_and_never_mix_their_own() -> None:
    """UI 1: tokens only; shades over a picture excepted."""
    folder = Path(__file__).parents[2] / "static" / "css"
    for sheet in [path for path in folder.rglob("*.css") if path.name != "tokens.css"]:
        for colour in re.findall(r"#[0-9a-f]{3,8}\b|hsl\([^)]*\)|rgb\([^)]*\)", sheet.read_text()):
            assert colour.startswith("rgb(0 0 0"), f"{sheet.name}: {colour}"
