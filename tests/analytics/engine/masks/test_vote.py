"""The vote over judged frames (MASK-2)."""

from hypothesis import given
from hypothesis import strategies as st

from analytics.engine.masks.result import Verdict
from analytics.engine.masks.vote import Vote, VoteRule
from cameras.extensions.nonmask import NonmaskSettings

RULE = VoteRule.of(NonmaskSettings())

rules = st.builds(
    lambda frames, more, percentage: VoteRule(frames, percentage, frames + more, 2000),
    st.integers(2, 50),
    st.integers(0, 50),
    st.integers(51, 100),
)


def voted(script: str, rule: VoteRule = RULE) -> Vote:
    """x is without mask, m with it."""
    vote = Vote()
    for letter in script:
        vote = vote.cast(without=letter == "x", rule=rule)
    return vote


def test_the_defaults_are_those_of_the_specification() -> None:
    """MASK-2: five judged frames, 60 % of the last ten, two seconds."""
    assert VoteRule(frames=5, percentage=60, window=10, alive_ms=2000) == RULE


def test_four_frames_decide_nothing_and_five_do() -> None:
    """MASK-2: 60 % of all judged frames while there are fewer than ten."""
    assert voted("xxxx").decided is None
    assert voted("xxxmm").decided is Verdict.NO_MASK
    assert voted("mmmxx").decided is Verdict.MASK
    assert voted("xxxmmm").decided is Verdict.NO_MASK  # half and half leaves it as it was


def test_only_the_last_ten_frames_vote() -> None:
    """MASK-2: six of the last ten."""
    assert voted("m" * 30 + "x" * 5).decided is Verdict.MASK
    assert voted("m" * 30 + "x" * 6).decided is Verdict.NO_MASK
    assert (voted("m" * 30 + "x" * 6).judged, voted("m" * 30 + "x" * 6).without) == (10, 6)


@given(st.integers(0, 120), st.integers(0, 120), rules)
def test_one_frame_without_mask_alone_never_decides(before: int, after: int, rule: VoteRule) -> None:
    """MASK-2: whatever is set, however long the mask was seen before and after."""
    vote = voted("m" * before + "x", rule)

    assert vote.decided is not Verdict.NO_MASK
    for _ in range(after):
        vote = vote.cast(without=False, rule=rule)
        assert vote.decided is not Verdict.NO_MASK


@given(st.text("mx", max_size=60), rules)
def test_a_vote_survives_being_saved(script: str, rule: VoteRule) -> None:
    """SPEC 4.10: a new owner goes on with it."""
    vote = voted(script, rule)

    assert Vote.from_json(vote.to_json()) == vote
    assert (vote.judged, vote.without) == (len(script[-rule.window :]), script[-rule.window :].count("x"))
