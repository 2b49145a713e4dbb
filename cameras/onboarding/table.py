"""Cameras as a CSV file, or their settings: read line by line, and written (CAM-3, EXT-5). Plain Python.

UTF-8, with or without a byte order mark; commas or semicolons, as the first line has more of; the first line names the
columns. `Site` may be left out where a site is chosen. A column that is not there changes nothing, nor does an empty
cell. Passwords are read, never written.

    TableError     the file as a whole, or a line of it, cannot be used; the message says why
"""

import csv
import difflib
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import chain
from typing import BinaryIO

from cameras.extensions.problems import gettext_noop
from portal.common import limits

MOST_BYTES = limits.TABLE
MOST_ROWS = 2_000
LONGEST_CELL = 2_000  # characters
LONGEST_HEAD = 10_000
SHOWN = 12  # columns in a message
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
    MAC = "MAC address"


WRITTEN = (Column.SITE, Column.NAME, Column.ADDRESS, Column.TRANSPORT, Column.FPS, Column.ENABLED, Column.MAC)
_RAW = (Column.USERNAME, Column.PASSWORD)  # never guarded, because never written


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
    cells: dict[str, str] = field(repr=False)
    problem: TableError | None = None


def read_table(file: BinaryIO, columns: Sequence[str] = tuple(Column)) -> Iterator[Row]:
    """The rows, one after the other. Raises TableError, at the first row at the latest where the columns are wrong.

    columns: those that there may be, `Name` among them.
    """
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
    try:
        yield from _rows(text, columns)
    except UnicodeDecodeError as exc:
        raise TableError(gettext_noop("The file is not UTF-8; save it as “CSV UTF-8”.")) from exc
    except csv.Error as exc:
        raise TableError(gettext_noop("The file is no CSV table (%(reason)s)."), reason=exc) from exc
    finally:
        text.detach()


def _rows(text: io.TextIOWrapper, known: Sequence[str]) -> Iterator[Row]:
    head = text.readline(LONGEST_HEAD)
    if len(head) == LONGEST_HEAD:
        raise TableError(
            gettext_noop("The first line has more than %(most)s characters; it names the columns."), most=LONGEST_HEAD
        )
    separator = ";" if head.count(";") > head.count(",") else ","
    columns = _columns(next(csv.reader([head], delimiter=separator), []), known)
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


def _columns(names: Sequence[str], known: Sequence[str]) -> list[str]:
    by_name = {column.casefold(): column for column in known}
    found = [name.strip().casefold() for name in names]
    if not any(found):
        raise TableError(gettext_noop("The first line is empty; it names the columns."))
    if unknown := [name.strip() for name in names if name.strip().casefold() not in by_name]:
        raise _unknown(unknown[0][:40], known)
    columns = [by_name[name] for name in found]
    if twice := next((column for column in columns if columns.count(column) > 1), None):
        raise TableError(gettext_noop("The column “%(name)s” is there twice."), name=twice)
    if Column.NAME not in columns:
        raise TableError(gettext_noop("The column “Name” is missing."))
    return columns


def _unknown(name: str, known: Sequence[str]) -> TableError:
    """With the nearest ones where there are too many to list."""
    near = list(known) if len(known) <= SHOWN else difflib.get_close_matches(name, known, n=3, cutoff=0.4)
    if not near:
        return TableError(gettext_noop("The column “%(name)s” is not known."), name=name)
    template = gettext_noop("The column “%(name)s” is not known; columns are %(columns)s.")
    if len(near) < len(known):
        template = gettext_noop("The column “%(name)s” is not known; the nearest are %(columns)s.")
    return TableError(template, name=name, columns=", ".join(near))


def _row(line: int, columns: Sequence[str], cells: Sequence[str]) -> Row:
    if len(cells) > len(columns) and any(cell.strip() for cell in cells[len(columns) :]):
        many = gettext_noop("The line has %(count)s cells, expected %(expected)s; is a separator in a text not quoted?")
        return Row(line, {}, TableError(many, count=len(cells), expected=len(columns)))
    if any(len(cell) > LONGEST_CELL for cell in cells):
        long = gettext_noop("The line has a cell of more than %(most)s characters.")
        return Row(line, {}, TableError(long, most=LONGEST_CELL))
    found = {column: _cell(column, cell) for column, cell in zip(columns, cells, strict=False)}
    return Row(line, {column: cell for column, cell in found.items() if cell})


def _cell(column: str, cell: str) -> str:
    """A password is taken as it is, blanks included."""
    if column == Column.PASSWORD:
        return cell
    return cell.strip() if column in _RAW else unguarded(cell.strip())


def write_table(rows: Iterable[Sequence[str]], columns: Sequence[str] = WRITTEN) -> Iterator[str]:
    """Lines of these columns, the first one with the names; CRLF, commas, cells guarded."""
    line = io.StringIO()
    writer = csv.writer(line, lineterminator="\r\n")
    for cells in chain([[str(column) for column in columns]], rows):
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
