"""Settings as a YAML document for people: every value with its range, unit and default beside it; and reading one back.

What is written reads the same everywhere: texts are quoted as in JSON. What is read is the core of YAML 1.2: `on`,
`12:30` and `2026-12-24` are texts, as whoever typed them meant. Secrets are never in a document.

    DocumentError     the text is no such document; the message names the line
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, ClassVar

import yaml

from cameras.extensions.describe import Described, described_fields
from cameras.extensions.occupancy import OccupancySettings
from cameras.extensions.problems import gettext_noop
from portal.common import limits

MOST_BYTES = limits.DOCUMENT
COMMENT_AT = 40  # column


class DocumentError(ValueError):
    """The text cannot be read. template: English, with %(name)s for the facts."""

    def __init__(self, template: str, **facts: object) -> None:
        super().__init__(template % facts)
        self.template, self.facts = template, facts

    def translated(self, translate: Callable[[str], str]) -> str:
        """The message in the language of `translate`."""
        return translate(self.template) % self.facts


def write_document(
    title: str, settings: Mapping[str, Any], settings_class: Any = OccupancySettings, **beside: Any
) -> str:
    """settings: as `to_json` of the class gives them.    beside: what else an extension has, as in schedule."""
    fields = described_fields(settings_class)
    lines = [f"# {line}" for line in title.splitlines()]
    lines += ["settings:", *_fields(fields, settings, "  "), *_block(beside, "")]
    return "\n".join(lines) + "\n"


def read_document(text: str | bytes) -> dict[str, Any]:
    """What a document says, as JSON; whether the values fit is for the settings to say. Raises DocumentError."""
    return read_with_lines(text, most=MOST_BYTES)[0]


def read_with_lines(text: str | bytes, *, most: int) -> tuple[dict[str, Any], dict[str, int]]:
    """As `read_document`, and on which line each path begins, as in "areas[1].time_s". most: bytes."""
    if len(text) > most:
        raise DocumentError(gettext_noop("The document has more than %(most)s bytes."), most=most)
    try:
        loader = _Loader(text)
        node = loader.get_single_node()
        found = None if node is None else loader.construct_document(node)
    except yaml.MarkedYAMLError as exc:
        line = exc.problem_mark.line + 1 if exc.problem_mark else 1
        template = gettext_noop("Line %(line)s is no YAML: %(reason)s.")
        raise DocumentError(template, line=line, reason=exc.problem or exc.context) from exc
    except (yaml.YAMLError, RecursionError) as exc:
        raise DocumentError(gettext_noop("The document is no YAML text.")) from exc
    if node is None or not isinstance(found, dict):
        raise DocumentError(gettext_noop("A document begins with names and values, as in “settings:”."))
    return found, dict(_lines(node, ""))


# --- Writing ----------------------------------------------------------------------------------------------------------
def _fields(fields: Sequence[Described], values: Mapping[str, Any], indent: str) -> Iterator[str]:
    for field in fields:
        if field["key"] in values:
            yield from _field(field, values[field["key"]], indent)


def _field(field: Described, value: Any, indent: str) -> Iterator[str]:
    key = f"{indent}{field['key']}:"
    if "fields" not in field or not value:
        yield f"{key} {_flow(value)}".ljust(COMMENT_AT) + f"  # {_comment(field)}"
    elif isinstance(value, list):
        yield key
        for row in value:
            yield from _dashed(_fields(field["fields"], row, f"{indent}    "), f"{indent}  ")
    else:
        yield key
        yield from _fields(field["fields"], value, f"{indent}  ")


def _dashed(lines: Iterator[str], indent: str) -> Iterator[str]:
    """The lines of one row of a list: the first one carries the dash."""
    for place, line in enumerate(lines):
        yield f"{indent}- {line.lstrip()}" if place == 0 else line


def _comment(field: Described) -> str:
    """Label, range, unit and default."""
    parts = [field["label"]]
    if "low" in field:
        parts.append(f"{field['low']}-{field['high']} {field['unit']}".rstrip())
    if "options" in field:
        parts.append(" | ".join(str(option["value"]) for option in field["options"]))
    if "longest" in field:
        parts.append(f"{field['least']}-{field['longest']} characters")
    default = _flow(field["default"])
    return "; ".join([*parts, f"default {default}"] if len(default) <= COMMENT_AT else parts)


def _block(values: Mapping[str, Any], indent: str) -> Iterator[str]:
    """What has no description: names below each other, lists in one line."""
    for key, value in values.items():
        if isinstance(value, Mapping) and value:
            yield f"{indent}{key}:"
            yield from _block(value, f"{indent}  ")
        else:
            yield f"{indent}{key}: {_flow(value)}"


def _flow(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


# --- Reading ----------------------------------------------------------------------------------------------------------
def _lines(node: yaml.Node, path: str) -> Iterator[tuple[str, int]]:
    yield path, node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            place = f"{path}.{key.value}" if path else key.value
            yield from _lines(value, place)
            yield place, key.start_mark.line + 1  # a block begins below its name
    elif isinstance(node, yaml.SequenceNode):
        for number, value in enumerate(node.value):
            yield from _lines(value, f"{path}[{number}]")


class _Loader(yaml.SafeLoader):
    """No references, no name twice, and only JSON's kinds of values."""

    yaml_implicit_resolvers: ClassVar[dict[str, Any]] = {}  # type: ignore[misc]  # the stubs know it of instances

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]
            raise yaml.composer.ComposerError(None, None, "references are not read", mark)
        return super().compose_node(parent, index)

    def construct_mapping(self, node: Any, deep: bool = False) -> Any:
        seen = set()
        for key, _value in node.value:
            name = key.value if isinstance(key, yaml.ScalarNode) else None
            if name is None or name in seen:
                reason = f"the name {name} is there twice" if name else "a list cannot be a name"
                raise yaml.constructor.ConstructorError(None, None, reason, key.start_mark)
            seen.add(name)
        return super().construct_mapping(node, deep=deep)


_NUMBER = re.compile(r"-?(0|[1-9]\d{0,17})(\.\d{1,17})?([eE][-+]?\d{1,2})?\Z")
_Loader.add_implicit_resolver("tag:yaml.org,2002:null", re.compile(r"(null|~|)\Z"), ["n", "~", ""])
_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"(true|false)\Z"), ["t", "f"])
_Loader.add_implicit_resolver("!number", _NUMBER, [*"-0123456789"])
_Loader.add_constructor("!number", lambda _loader, node: json.loads(node.value))
