"""A picture that never changes."""

from cameras.capture.frame import Frame
from cameras.capture.frozen import FrozenWatch
from tests.cameras.capture.support import flat


def test_a_bit_identical_picture_is_frozen_after_the_limit() -> None:
    """SPEC 4.9: ten seconds, counted from the first of the equal pictures."""
    watch = FrozenWatch(10.0)

    assert [watch.look(flat(number, number * 1000)) for number in range(12)] == [False] * 10 + [True] * 2


def test_one_changed_bit_anywhere_is_enough() -> None:
    """SPEC 4.9: also a pixel that the quick sample leaves out."""
    watch = FrozenWatch(1.0)
    changed = flat(1, 5000)
    changed.image[-1, -1] ^= 1

    assert not watch.look(flat(0, 0))
    assert not watch.look(changed)
    assert watch.look(Frame(2, 6000, 6.0, changed.image.copy()))


def test_another_size_is_another_picture() -> None:
    """CAM-7: a change of resolution is not a freeze."""
    watch = FrozenWatch(1.0)
    watch.look(flat(0, 0))

    assert not watch.look(flat(1, 5000, width=128))


def test_the_clock_runs_on_over_a_new_connection() -> None:
    """SPEC 4.9: a frozen camera answers a new connection with the same picture."""
    watch = FrozenWatch(10.0)
    watch.look(flat(300, 0))

    assert watch.look(flat(0, 15_000))
