"""Cameras as a CSV file: read line by line, and written (CAM-3). Plain Python, knows no database.

UTF-8, with or without a byte order mark; commas or semicolons, as the first line has more of; the first line names the
columns. `Site` may be left out where a site is chosen. A column that is not there changes nothing, nor does an empty
cell. Passwords are read, never written.

    TableError     the file as a whole, or a line of it, cannot be used; the message says why
"""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import chain
from typing import BinaryIO

from cameras.extensions.problems import gettext_noop

MOST_BYTES = 2_000_000
MOST_ROWS = 2_000
LONGEST_CELL = 2_000  # characters
# What a spreadsheet would take for a formula is guarded by an apostrophe; reading takes it off again.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class Column(StrEnum):
    """The columns, by the names in the first line."""

    SITE = "Site"
    NAME = "Name"
    ADDRESS = "Address"
    USERNAME = "User name"
    PASSWORD = "Password"  # noqa: S105  # the name of a column
    TRANSPORT = "Transport"
    FPS = "Frames per second"
    ENABLED = "Enabled"


WRITTEN = (Column.SITE, Column.NAME, Column.ADDRESS, Column.TRANSPORT, Column.FPS, Column.ENABLED)
_BY_NAME = {column.casefold(): column for column in Column}


class TableError(ValueError):
    """The file, or one line of it, cannot be used. template: English, with %(name)s for the facts."""

    def __init__(self, template: str, **facts: object) -> None:
        super().__init__(template % facts)
        self.template, self.facts = template, facts

    def translated(self, translate: Callable[[str], str]) -> str:
        """The message in the language of `translate`."""
        return translate(self.template) % self.facts


@dataclass(frozen=True, slots=True)
class Row:
    """One line with content. line: as an editor counts them.    cells: what is not empty, trimmed; never printed.

    problem: why the line cannot be read, None when it can.
    """

    line: int
    cells: dict[Column, str] = field(repr=False)
    problem: TableError | None = None


def read_table(file: BinaryIO) -> Iterator[Row]:
    """The rows, one after the other. Raises TableError, at the first row at the latest where the columns are wrong."""
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
    try:
        yield from _rows(text)
    except UnicodeDecodeError as exc:
        raise TableError(gettext_noop("The file is not UTF-8; save it as “CSV UTF-8”.")) from exc
    except csv.Error as exc:
        raise TableError(gettext_noop("The file is no CSV table (%(reason)s)."), reason=exc) from exc
    finally:
        text.detach()


def _rows(text: io.TextIOWrapper) -> Iterator[Row]:
    head = text.readline(LONGEST_CELL)
    if len(head) == LONGEST_CELL:
        raise TableError(
            gettext_noop("The first line has more than %(most)s characters; it names the columns."), most=LONGEST_CELL
        )
    separator = ";" if head.count(";") > head.count(",") else ","
    columns = _columns(next(csv.reader([head], delimiter=separator), []))
    reader = csv.reader(text, delimiter=separator, strict=True)
    number = 0
    while True:
        line = reader.line_num + 2  # a cell may have several lines: a row is where it begins
        cells = next(reader, None)
        if cells is None:
            return
        if not any(cell.strip() for cell in cells):
            continue
        number += 1
        if number > MOST_ROWS:
            raise TableError(gettext_noop("The file has more than %(most)s cameras; split it."), most=MOST_ROWS)
        yield _row(line, columns, cells)


def _columns(names: Sequence[str]) -> list[Column]:
    found = [name.strip().casefold() for name in names]
    if not any(found):
        raise TableError(gettext_noop("The first line is empty; it names the columns."))
    if unknown := [name.strip() for name in names if name.strip().casefold() not in _BY_NAME]:
        facts = {"name": unknown[0][:40], "columns": ", ".join(Column)}
        raise TableError(gettext_noop("The column “%(name)s” is not known; columns are %(columns)s."), **facts)
    columns = [_BY_NAME[name] for name in found]
    if twice := next((column for column in columns if columns.count(column) > 1), None):
        raise TableError(gettext_noop("The column “%(name)s” is there twice."), name=twice)
    if Column.NAME not in columns:
        raise TableError(gettext_noop("The column “Name” is missing."))
    return columns


def _row(line: int, columns: Sequence[Column], cells: Sequence[str]) -> Row:
    if len(cells) > len(columns) and any(cell.strip() for cell in cells[len(columns) :]):
        many = gettext_noop("The line has %(count)s cells, expected %(expected)s; is a separator in a text not quoted?")
        return Row(line, {}, TableError(many, count=len(cells), expected=len(columns)))
    if any(len(cell) > LONGEST_CELL for cell in cells):
        long = gettext_noop("The line has a cell of more than %(most)s characters.")
        return Row(line, {}, TableError(long, most=LONGEST_CELL))
    found = {column: _cell(column, cell) for column, cell in zip(columns, cells, strict=False)}
    return Row(line, {column: cell for column, cell in found.items() if cell})


def _cell(column: Column, cell: str) -> str:
    """A password is taken as it is; it was never guarded, because it was never written."""
    if column is Column.PASSWORD:
        return cell
    return unguarded(cell.strip()) if column in WRITTEN else cell.strip()


def write_table(rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Lines of WRITTEN, the first one with the names; CRLF, commas, cells guarded."""
    line = io.StringIO()
    writer = csv.writer(line, lineterminator="\r\n")
    for cells in chain([[column.value for column in WRITTEN]], rows):
        writer.writerow([guarded(cell) for cell in cells])
        yield line.getvalue()
        line.seek(0)
        line.truncate()


def guarded(cell: str) -> str:
    """As no spreadsheet takes it for a formula; what begins with an apostrophe by itself gets one more."""
    return f"'{cell}" if cell.startswith((*_FORMULA, "'")) else cell


def unguarded(cell: str) -> str:
    """The reverse of `guarded`."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith((*_FORMULA, "'")) else cell
