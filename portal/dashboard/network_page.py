"""What the Networks page shows of the networks that are there, and of those that could be (RUN-6)."""

from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.utils.safestring import SafeString

from analytics.engine.inference.errors import NetworkBrokenError, NetworkError
from analytics.engine.inference.manifest import Manifest
from analytics.engine.inference.networks import MissingNetwork, Network, NetworkCatalogue
from analytics.engine.inference.task import Task
from analytics.services.network import is_uploaded
from portal.dashboard.model_card import card_read


@dataclass(frozen=True, slots=True)
class NetworkLine:
    """A network whose file is there.

    problem: why it cannot be used, empty when the file is the one its manifest speaks of.    default: cameras take it
    unless their settings name another.    uploaded: it can be removed.    card: empty when there is none.
    """

    manifest: Manifest
    path: Path
    megabytes: float
    problem: str
    default: bool
    in_use: bool
    uploaded: bool
    card: SafeString


@dataclass(frozen=True, slots=True)
class TaskNetworks:
    """The networks of one extension, best first."""

    task: Task
    there: list[NetworkLine]
    missing: list[MissingNetwork]


def catalogue() -> NetworkCatalogue:
    """Along the folders of this deployment."""
    return NetworkCatalogue(settings.NETWORK_FOLDERS)


def networks_by_task(found: NetworkCatalogue, in_use: set[str]) -> list[TaskNetworks]:
    """in_use: ids of the networks that workers have loaded."""
    return [TaskNetworks(task, _lines(found, task, in_use), found.missing(task)) for task in Task]


def networks_whole(found: NetworkCatalogue) -> list[Network]:
    """Of every task, best first: those that are there and whole."""
    return [network for task in Task for network in found.available(task) if not _problem(network)]


def default_id(found: NetworkCatalogue, task: Task = Task.OCCUPANCY) -> str:
    """Of the network that cameras take by themselves; empty when nothing can be detected."""
    try:
        return found.default(task).id
    except NetworkError:
        return ""


def _lines(found: NetworkCatalogue, task: Task, in_use: set[str]) -> list[NetworkLine]:
    lines: list[NetworkLine] = []
    for network in found.available(task):
        problem = _problem(network)
        default = not problem and not any(line.default for line in lines)
        lines.append(_line(network, problem, default=default, in_use=network.id in in_use))
    return lines


def _line(network: Network, problem: str, *, default: bool, in_use: bool) -> NetworkLine:
    manifest, path = network.manifest, network.path
    card, uploaded = card_read(manifest.card), is_uploaded(path)
    return NetworkLine(manifest, path, _megabytes(path), problem, default, in_use, uploaded, card)


def _problem(network: Network) -> str:
    try:
        network.verify()
    except NetworkBrokenError as exc:
        return str(exc)
    return ""


def _megabytes(path: Path) -> float:
    try:
        return path.stat().st_size / 1e6
    except OSError:
        return 0.0  # it has just gone; `problem` says so
