"""What is wrong with a file: all of it at once, each with its line, its path and what was expected."""

from dataclasses import dataclass

from portal.common.errors import ConflictError


@dataclass(frozen=True, slots=True)
class Fault:
    """path: as in sites.harbour.cameras.door.fps; empty: the whole.    line: from 1; 0: not known."""

    path: str
    detail: str
    line: int = 0

    def __str__(self) -> str:
        return f"{self.path}: {self.detail}" if self.path else self.detail


class ConfigurationError(Exception):
    """A file that was refused; nothing of it is applied."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = faults
        super().__init__("\n".join(map(str, faults)))


class PlanChangedError(ConflictError):
    """The file does something else by now than what the plan showed."""

    code = "plan_changed"
