"""The table that `make bench` prints."""

from tests.bench.figures import FIGURES, table


def test_each_figure_stands_beside_its_target_with_a_verdict() -> None:
    """Issue 2, figures to reach: a reader sees at once what was missed."""
    lines = table({"chain_over_bare": 0.75, "viewers_200_p50_ms": 91.4, "cameras_at_5fps": 21}).splitlines()

    assert lines[1].split() == ["chain_over_bare", "0.75", ">=", "0.72", "(goal", "0.8)", "ok"]
    assert lines[2].split() == ["cameras_at_5fps", "21"]
    assert lines[3].split() == ["viewers_200_p50_ms", "91.4", "ms", "<=", "60", "missed"]


def test_a_figure_that_nobody_announced_is_shown_too() -> None:
    """Issue 2: nothing that was measured is hidden."""
    assert "memory_mb" in table({"memory_mb": 124.0})


def test_no_figure_has_two_targets() -> None:
    """Issue 2: at least or at most, never both."""
    assert not [figure.name for figure in FIGURES if figure.least is not None and figure.most is not None]
