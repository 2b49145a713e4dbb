"""DEMO-5: what one viewer is sent, skips, and when it is given up."""

import asyncio

import pytest

from portal.dashboard.viewer import WINDOW, StuckError, Viewer


async def ends_soon(coroutine):
    """The result; a hang ends as a TimeoutError."""
    return await asyncio.wait_for(coroutine, 5)


async def waits(task: asyncio.Task) -> bool:
    """Whether the task is still waiting after everything that was ready has run."""
    for _ in range(5):
        await asyncio.sleep(0)
    return not task.done()


async def test_a_viewer_gets_the_newest_frame_and_skips_what_it_missed() -> None:
    """DEMO-5: fewer frames, never old ones."""
    viewer = Viewer(1)
    for message in (b"1", b"2", b"3"):
        viewer.offer(message)

    assert await ends_soon(viewer.next()) == b"3"

    following = asyncio.create_task(viewer.next())
    assert await waits(following)
    viewer.offer(b"4")
    assert await ends_soon(following) == b"4"


async def test_a_frame_is_handed_on_as_it_came() -> None:
    """DESIGN 4: not copied for each viewer."""
    viewer, other, message = Viewer(1), Viewer(1), bytes(1000)
    viewer.offer(message)
    other.offer(message)

    assert await ends_soon(viewer.next()) is await ends_soon(other.next()) is message


async def test_one_who_never_acknowledges_is_sent_every_frame() -> None:
    """DEMO-5: a program that only listens; TCP alone holds it back."""
    viewer = Viewer(1)

    for number in range(3 * WINDOW):
        viewer.offer(bytes([number]))
        assert await ends_soon(viewer.next()) == bytes([number])


async def test_a_browser_has_only_a_few_frames_on_the_way() -> None:
    """DEMO-5: what the network would buffer is not sent; with the acknowledgement comes the newest."""
    viewer = Viewer(1)
    viewer.offer(b"0")
    await ends_soon(viewer.next())
    viewer.acknowledged()
    for message in (b"1", b"2"):
        viewer.offer(message)
        await ends_soon(viewer.next())
    viewer.offer(b"3")

    following = asyncio.create_task(viewer.next())
    assert await waits(following)
    viewer.offer(b"4")
    assert await waits(following)
    viewer.acknowledged()

    assert await ends_soon(following) == b"4"


async def test_more_acknowledgements_than_frames_open_no_wider_window() -> None:
    """DEMO-5: a browser's word is not trusted."""
    viewer = Viewer(1, stuck_s=0.01)
    for _ in range(100):
        viewer.acknowledged()

    for _ in range(WINDOW):
        viewer.offer(b"x")
        await ends_soon(viewer.next())
    viewer.offer(b"x")
    with pytest.raises(StuckError):
        await ends_soon(viewer.next())


async def test_one_who_makes_no_progress_is_given_up_however_many_frames_come() -> None:
    """DESIGN 4: 5 s, here less; new frames are no progress."""
    viewer = Viewer(1, stuck_s=0.05)
    viewer.acknowledged()
    for _ in range(WINDOW):
        viewer.offer(b"x")
        await ends_soon(viewer.next())

    async def keep_offering() -> None:
        while True:
            viewer.offer(b"y")
            await asyncio.sleep(0.005)

    offering = asyncio.create_task(keep_offering())
    with pytest.raises(StuckError, match=r"0\.05 s"):
        await ends_soon(viewer.next())
    offering.cancel()


async def test_a_camera_without_pictures_gives_nobody_up() -> None:
    """DEMO-5: silence of the camera is not the viewer's fault."""
    viewer = Viewer(1, stuck_s=0.01)
    viewer.acknowledged()

    following = asyncio.create_task(viewer.next())
    await asyncio.sleep(0.05)

    assert not following.done()
    following.cancel()
