"""The same scene at 2, 5 and 15 frames a second."""

from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.engine.alarm.rule import AlarmRule, Operation
from tests.analytics.engine.alarm.driving import Frame, frames, play


@st.composite
def scenes(draw: st.DrawFn) -> tuple[dict[str, object], list[tuple[int | None, int]]]:
    """A rule in whole seconds, and counts that change on whole seconds: instants with a frame at every rate."""
    fields: dict[str, object] = {
        "threshold": draw(st.sampled_from([1, 2, 5, 10])),
        "time_ms": 1000 * draw(st.integers(1, 6)),
        "reset_percentage": draw(st.sampled_from([50, 80, 100])),
        "pause_reset_ms": 1000 * draw(st.integers(0, 5)),
        "deactivation_ms": 1000 * draw(st.integers(1, 9)),
        "operation": draw(st.sampled_from(Operation)),
        "notify_below": draw(st.booleans()),
    }
    n = fields["threshold"]
    counts = st.sampled_from([n, n, n, n + 1, n - 1, n - 1, n * 8 // 10, n // 2, 0, None])
    return fields, draw(st.lists(st.tuples(counts, st.integers(1, 7)), min_size=5, max_size=25))


@settings(max_examples=150, deadline=None)
@given(scenes())
def test_events_are_equal_at_2_5_and_15_frames_a_second(
    scene: tuple[dict[str, object], list[tuple[int | None, int]]],
) -> None:
    """SPEC 4, worked example: for changes on common instants, whatever the rule."""
    fields, spans = scene

    slow, middle, fast = (
        play(frames(*spans, fps=fps), AlarmRule(**fields, frame_interval_ms=round(1000 / fps)))[1]  # type: ignore[arg-type]
        for fps in (2, 5, 15)
    )

    assert slow == middle == fast


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.sampled_from([10, 9]), st.integers(1, 3_000)), min_size=1, max_size=20))
def test_otherwise_the_run_is_off_by_one_frame_interval_per_change(spans: list[tuple[int, int]]) -> None:
    """SPEC 4, worked example: at 5 frames/s each change is seen at most 200 ms late."""
    using = AlarmRule(threshold=10, time_ms=10_000, pause_reset_ms=600_000)
    end_ms = sum(ms for _, ms in spans)
    taken = [(at_ms, _count_at(spans, at_ms)) for at_ms in range(0, end_ms, 200)]

    area, _ = play(taken, using, ticks=[end_ms])

    reached_ms = sum(ms for count, ms in spans if count == 10)
    assert abs(area.timer_ms - reached_ms) <= 200 * len(spans)


def _count_at(spans: list[tuple[int, int]], at_ms: int) -> int:
    for count, ms in spans:
        if at_ms < ms:
            return count
        at_ms -= ms
    raise AssertionError(at_ms)


def test_fifteen_frames_a_second_fall_on_whole_seconds() -> None:
    """SPEC 4: milliseconds are rounded per frame, never summed."""
    taken: list[Frame] = frames((1, 60), fps=15)

    assert [at_ms for at_ms, _ in taken if at_ms % 1000 == 0] == list(range(0, 60_000, 1000))
