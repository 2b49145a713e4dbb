"""The CSV file of cameras, read and written."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cameras.onboarding.table import (
    MOST_ROWS,
    WRITTEN,
    Column,
    Row,
    TableError,
    guarded,
    read_table,
    unguarded,
    write_table,
)


def read(text: str | bytes) -> list[Row]:
    return list(read_table(io.BytesIO(text if isinstance(text, bytes) else text.encode())))


def test_rows_have_the_cells_that_are_filled() -> None:
    """CAM-3: columns in any order and spelling; empty cells and lines say nothing; lines as an editor counts them."""
    rows = read("name,SITE , Address\r\nGate,Harbour,rtsp://h/1\r\n\r\n,,\r\n Quay ,,\r\n")

    assert [(row.line, row.cells) for row in rows] == [
        (2, {Column.NAME: "Gate", Column.SITE: "Harbour", Column.ADDRESS: "rtsp://h/1"}),
        (5, {Column.NAME: "Quay"}),
    ]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("\ufeffName;Address\nGate;rtsp://h/?a=1,2\n", id="semicolons, mark, bare line ends"),
        pytest.param('Name,Address\n"Gate","rtsp://h/?a=1,2"\n', id="commas, quoted"),
    ],
)
def test_both_separators_and_the_mark_of_spreadsheets_are_understood(text: str) -> None:
    """CAM-3: what spreadsheets save as CSV in different countries."""
    (row,) = read(text)

    assert row.cells == {Column.NAME: "Gate", Column.ADDRESS: "rtsp://h/?a=1,2"}


def test_a_cell_of_several_lines_does_not_shift_the_count() -> None:
    """CAM-3: the line named is the one where the row begins."""
    rows = read('Name,Address\n"Gate\nNorth",x\nQuay,y\n')

    assert [(row.line, row.cells[Column.NAME]) for row in rows] == [(2, "Gate\nNorth"), (4, "Quay")]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "The first line is empty"),
        ("\n\n", "The first line is empty"),
        ("Name,Colour\n", "column “Colour” is not known; columns are Site, Name, Address"),
        ("Name,name\n", "The column “Name” is there twice"),
        ("Site,Address\n", "The column “Name” is missing"),
        ("N" * 10_001, "first line has more than 10000 characters"),
        ("Name\n" + "x\n" * (MOST_ROWS + 1), f"more than {MOST_ROWS} cameras"),
        ("Name\nGäte\n".encode("latin-1"), "not UTF-8"),
        ("Name\nGate\n".encode("utf-16"), "not UTF-8"),
        ('Name\n"Gate" x\n', "no CSV table"),
        ('Name\n"Gate', "no CSV table"),
        (bytes(range(256)), "not UTF-8"),
    ],
)
def test_a_file_that_cannot_be_used_says_why(text: str | bytes, reason: str) -> None:
    """CAM-3, SEC-6, SPEC 15: nothing is guessed."""
    with pytest.raises(TableError, match=reason):
        read(text)


def test_a_line_that_does_not_fit_spoils_no_other() -> None:
    """CAM-3: each row's error."""
    rows = read(f"Name,Address\nGate,a,b\nQuay,{'x' * 2001}\nPier,c,\nDock\n")

    problems = [str(row.problem or "") for row in rows]
    assert [problem[:20] for problem in problems] == ["The line has 3 cells", "The line has a cell ", "", ""]
    assert rows[3].cells == {Column.NAME: "Dock"}


def test_what_was_written_is_read_back() -> None:
    """CAM-3: the same file can be imported again."""
    cells = ("Häfen, Nord", '=HYPERLINK("x")', "rtsp://h/?a=1;b", "tcp", "5", "yes", "00:11:22:aa:bb:cc")
    lines = list(write_table([cells]))

    assert lines[0] == "Site,Name,Address,Transport,Frames per second,Enabled,MAC address\r\n"
    (row,) = read("".join(lines))
    assert tuple(row.cells[column] for column in WRITTEN) == cells


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@x", "\tx", "\rx"])
def test_no_cell_is_a_formula(cell: str) -> None:
    """SEC-6: a name like =cmd|… is text in every spreadsheet."""
    (written,) = list(csv.reader(list(write_table([(cell,)]))[1:]))

    assert written[0].startswith("'")


@given(st.text())
def test_the_guard_comes_off_again(text: str) -> None:
    """CAM-3: whatever the text, apostrophes included."""
    assert unguarded(guarded(text)) == text


def test_a_password_is_taken_as_it_is() -> None:
    """CAM-1: with its spaces and apostrophes; and it is in no text of ours."""
    (row,) = read('Name,Password\nGate," \'=x "\n')

    assert row.cells[Column.PASSWORD] == " '=x "
    assert "'=x" not in repr(row)
