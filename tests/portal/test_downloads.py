"""Files that are made while they are sent: in constant memory, whoever reads them slowly (OUT-7)."""

from collections.abc import Iterator

from asgiref.sync import async_to_sync

from portal.common.downloads import BLOCK, file_answer
from tests.streamed import read

LINE = "a line of a file\r\n"


def test_nothing_is_made_before_it_is_asked_for() -> None:
    """OUT-7: the first block takes no more lines than it holds, though the file would never end."""
    made = 0

    def lines() -> Iterator[str]:
        nonlocal made
        while True:
            made += 1
            yield LINE

    async def first() -> bytes:
        return await anext(aiter(file_answer(lines(), name="lines.csv").streaming_content))

    block = async_to_sync(first)()

    assert BLOCK <= len(block) < BLOCK + len(LINE)
    assert made == len(block) // len(LINE)


def test_all_of_it_comes_in_its_order() -> None:
    """OUT-7: text and bytes, pieces larger and smaller than a block, and empty ones."""
    pieces = ["é", b"", b"x" * (3 * BLOCK), "", *[str(number) for number in range(BLOCK)]]
    answer = file_answer(pieces, name="all.csv")

    assert answer.is_async
    assert answer.headers["Content-Disposition"] == 'attachment; filename="all.csv"'
    assert read(answer) == b"".join(one.encode() if isinstance(one, str) else one for one in pieces)
    assert read(file_answer([], name="none.csv")) == b""
