"""Non-wearers over owners and gaps (MASK-7, MASK-9; SPEC 4.10): no socket, a clock we set."""

from dataclasses import replace
from typing import Any

import pytest

from analytics.news import END, JOINED, NOTIFIED, START
from analytics.workers.plan import CameraPlan, OpenAlarm
from tests.analytics.workers.owner import NOON, FaceOwner, face_plan, taken_over

ORPHAN = OpenAlarm("11111111-1111-1111-1111-111111111111", 0, "", 1, 1, NOON - 60, 1, "no_mask", 9)


def news(owner: FaceOwner, kind: str) -> list[dict[str, Any]]:
    return [dict(one.data) for one in owner.entries if one.data["kind"] == kind]


def people(*owners: FaceOwner) -> dict[str, int]:
    """What all minutes of these owners say together; a part that is sent twice is one part."""
    parts = {(one.data["minute_ms"], one.data["part"]): one.data["people"] for o in owners for one in counted(o)}
    return {name: sum(part[name] for part in parts.values()) for name in ("mask", "no_mask", "not_judged")}


def counted(owner: FaceOwner) -> list[Any]:
    return [one for one in owner.entries if one.data["kind"] == "compliance"]


def test_each_non_wearer_has_an_alarm_of_their_own() -> None:
    """MASK-7: of the whole camera, with the number of the face; told once, with everybody of that moment."""
    owner = FaceOwner(face_plan(), 0, 0).see(3, 0, 4, worn=1)

    starts, told = news(owner, START), news(owner, NOTIFIED)
    assert [(one["extension"], one["area_number"], one["area_name"], one["cause"]) for one in starts] == [
        ("nonmask", 0, "", "no_mask")
    ] * 2
    assert len({one["face"] for one in starts}) == 2
    assert [(one["count"], one["threshold"]) for one in starts] == [(2, 1), (2, 1)]
    assert starts[0]["at"] - NOON == pytest.approx(2.0, abs=0.3)
    assert [(one["count"], sorted(str(face["mask"]) for face in one["faces"])) for one in told] == [
        (2, ["False", "False", "True"])
    ]
    assert {one["face"] for one in starts} == {face["track"] for face in told[0]["faces"] if face["mask"] is False}
    assert len(news(owner, JOINED)) == 1


def test_a_vote_goes_on_where_the_killed_owner_left_it() -> None:
    """SPEC 4.10, MASK-2: the gap counts for nothing, and nothing of the vote is lost."""
    first = FaceOwner(face_plan(), 0, 0).see(1, 0, 1.6)
    second = FaceOwner(face_plan(), 9_000_000, 8, taken_over(first.leave(1.6), 8)).see(1, 9, 12)

    assert first.told() == []
    assert second.told()[0] == (START, pytest.approx(9.6, abs=0.3), "")


def test_an_open_alarm_is_adopted_and_ends_when_the_mask_is_put_on() -> None:
    """SPEC 15, MASK-7: not raised and not told twice; its end has its reason."""
    first = FaceOwner(face_plan(), 0, 0).see(1, 0, 4)
    second = FaceOwner(face_plan(), 500, 10, taken_over(first.leave(4), 10)).see(1, 11, 13).see(1, 13, 18, worn=1)

    assert [kind for kind, _, _ in first.told()] == [START, NOTIFIED]
    assert [(kind, reason) for kind, _, reason in second.told()] == [(END, "mask on")]
    assert first.ids() == second.ids()


def test_an_adopted_alarm_of_a_face_that_is_gone_ends_after_five_seconds() -> None:
    """MASK-7: nobody is without mask for ever because a worker died."""
    first = FaceOwner(face_plan(), 0, 0).see(1, 0, 4)
    second = FaceOwner(face_plan(), 500, 6, taken_over(first.leave(4), 6)).see(0, 7, 15)

    ((kind, at, reason),) = second.told()
    assert (kind, reason) == (END, "face gone")
    assert 10 < at < 13


def orphaned() -> CameraPlan:
    plan = face_plan()
    assert plan.nonmask is not None
    return replace(plan, nonmask=replace(plan.nonmask, open_alarms=(ORPHAN,)))


def test_who_is_found_without_mask_goes_on_with_an_alarm_only_the_database_knows() -> None:
    """SPEC 15: the key-value server came back empty: one non-wearer, one alarm."""
    owner = FaceOwner(orphaned(), 0, 0).see(1, 0, 8)

    assert owner.ids() == {ORPHAN.alarm_id}
    assert {one["started_at"] for one in news(owner, START)} == {ORPHAN.started_at}
    assert news(owner, END) == []


def test_an_alarm_only_the_database_knows_ends_when_nobody_is_found() -> None:
    """MASK-7: five seconds after the first picture."""
    owner = FaceOwner(orphaned(), 0, 0).see(0, 0, 8)

    assert owner.told() == [(END, pytest.approx(5.0, abs=0.3), "face gone")]


def test_outside_the_schedule_alarms_end_and_everybody_is_counted() -> None:
    """EXT-4, MASK-9."""
    owner = FaceOwner(face_plan(), 0, 0).see(3, 0, 4, worn=1).rest(4).wait(4, 65)

    assert [reason for kind, _, reason in owner.told() if kind == END] == ["schedule", "schedule"]
    assert people(owner) == {"mask": 1, "no_mask": 2, "not_judged": 0}


def test_people_are_counted_once_over_owners() -> None:
    """MASK-9, CNT-3: who is in view when a worker is killed is not counted twice; who has gone by then, not lost."""
    first = FaceOwner(face_plan(), 0, 0).see(3, 0, 4, worn=1).see(2, 4, 12)
    second = FaceOwner(face_plan(), 5, 14, taken_over(first.leave(12), 14)).see(2, 15, 18).see(0, 18, 81)

    assert people(first, second) == {"mask": 1, "no_mask": 2, "not_judged": 0}


def test_a_minute_without_anybody_is_a_zero() -> None:
    """MASK-9, CNT-6: pictures were looked at, nobody was there: that is known."""
    owner = FaceOwner(face_plan(), 0, 0).see(0, 0, 21)

    assert [one.data["people"]["frames"] > 0 for one in counted(owner)] == [True]
    assert people(owner) == {"mask": 0, "no_mask": 0, "not_judged": 0}


def test_only_the_faces_of_others_are_blurred_and_only_by_policy() -> None:
    """OPR-3."""
    open_house = FaceOwner(face_plan(), 0, 0).see(3, 0, 3)
    discreet = FaceOwner(replace(face_plan(), blur_faces=True), 0, 0).see(3, 0, 3)
    faces = {one.id: one.xyxy for one in discreet.result.faces}

    assert open_house.watch.blurred(1) == []
    for track in faces:
        others = [list(box) for number, box in faces.items() if number != track]
        assert discreet.watch.blurred(track) == others
