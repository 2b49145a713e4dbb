"""A file becomes a tree of names and values, which remembers the lines that they came from."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from cameras.extensions.document import DocumentError, read_with_lines
from cameras.extensions.problems import show
from portal.common import limits
from portal.configuration.errors import ConfigurationError, Fault
from portal.configuration.shape import faults_of

VERSION = 1


@dataclass(frozen=True, slots=True)
class Document:
    """tree: fits `shape.FILE`.    lines: path -> line, from 1."""

    tree: dict[str, Any]
    lines: Mapping[str, int]

    def placed(self, fault: Fault) -> Fault:
        """With the line of its path, or of what holds it."""
        path = fault.path
        while path and path not in self.lines:
            path = path[: max(path.rfind("."), path.rfind("["), 0)]
        return Fault(fault.path, fault.detail, self.lines.get(path, 1))


def document_read(text: str | bytes) -> Document:
    """Raises ConfigurationError with everything that has another form than a file of ours."""
    try:
        tree, lines = read_with_lines(text, most=limits.CONFIGURATION)
    except DocumentError as exc:
        raise ConfigurationError([Fault("", exc.translated(_), int(str(exc.facts.get("line", 1))))]) from exc
    document = Document(tree, lines)
    faults = [document.placed(fault) for fault in faults_of(tree)]
    if not faults and tree.get("version") != VERSION:
        detail = _("%(value)s was given; this portal reads version %(version)s.")
        words = {"value": show(tree.get("version")), "version": VERSION}
        faults = [document.placed(Fault("version", detail % words))]
    if faults:
        raise ConfigurationError(faults)
    return document
