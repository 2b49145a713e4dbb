"""The audit log as files: CSV for people, JSON lines for programs (SEC-5).

Entries come from the database as they are read.
"""

import json
from collections.abc import Iterator

from django.db.models import QuerySet
from django.http import StreamingHttpResponse

from cameras.onboarding.table import write_table
from portal.common.downloads import file_answer
from portal.common.models import AuditEntry
from portal.dashboard.audit_log import audit_facts

COLUMNS = (
    "id", "at", "user", "action", "what", "object_id", "object", "site", "changes", "facts", "address", "request"
)  # fmt: skip
CHUNK = 500


def audit_csv(entries: QuerySet[AuditEntry]) -> StreamingHttpResponse:
    """A line for each entry, `changes` and `facts` as JSON; no spreadsheet takes a cell for a formula."""
    return file_answer(write_table(map(_cells, _facts(entries)), COLUMNS), name="audit.csv")


def audit_lines(entries: QuerySet[AuditEntry]) -> StreamingHttpResponse:
    """A JSON object on each line."""
    lines = (json.dumps(facts, ensure_ascii=False) + "\n" for facts in _facts(entries))
    return file_answer(lines, name="audit.jsonl", content_type="application/x-ndjson")


def _facts(entries: QuerySet[AuditEntry]) -> Iterator[dict[str, object]]:
    return map(audit_facts, entries.iterator(chunk_size=CHUNK))


def _cells(facts: dict[str, object]) -> list[str]:
    return [_cell(facts[column]) for column in COLUMNS]


def _cell(value: object) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
