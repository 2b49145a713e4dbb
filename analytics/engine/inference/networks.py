"""Which networks there are, which are missing, and where to put those (RUN-6).

Manifests come from the product (analytics/networks) and from beside the ONNX files of any folder of the search path;
the product's own come first. The ONNX file itself is looked up by its name along the search path. Nothing is
downloaded, and nothing is used whose hash differs from its manifest. Whoever asks names the task, occupancy if none: a
camera that counts never opens a network for faces.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from analytics.engine.inference.errors import NetworkBrokenError, NetworkError, NetworkMissingError, NetworkTaskError
from analytics.engine.inference.manifest import Manifest, load_manifest
from analytics.engine.inference.task import Task

MANIFESTS = Path(__file__).resolve().parents[2] / "networks"


@dataclass(frozen=True, slots=True)
class Network:
    """A manifest and the ONNX file found for it."""

    manifest: Manifest
    path: Path

    @property
    def id(self) -> str:
        """The manifest's id, as settings and screens name the network."""
        return self.manifest.id

    def verify(self) -> None:
        """Raise NetworkBrokenError unless the file is the very one the manifest speaks of."""
        found = _hashes.of(self.path)
        if found != self.manifest.sha256:
            expected = self.manifest.sha256
            raise NetworkBrokenError(f"{self.path}: sha256 is {found}, the manifest of {self.id} says {expected}")


@dataclass(frozen=True, slots=True)
class MissingNetwork:
    """A network we know how to read but whose file is nowhere."""

    manifest: Manifest
    folders: tuple[Path, ...]

    def __str__(self) -> str:
        """One line for a page or a log: which file, and where to put it."""
        folders = " or ".join(str(folder) for folder in self.folders) or "a folder of the search path (there is none)"
        return f"{self.manifest.file} is missing: put it into {folders} (sha256 {self.manifest.sha256})"


class NetworkCatalogue:
    """The networks along a search path, looked up afresh at every question: files may come and go."""

    def __init__(self, search_path: Iterable[Path | str], manifests: Path = MANIFESTS) -> None:
        self._folders = tuple(Path(folder) for folder in search_path)
        self._manifests = manifests

    @property
    def places(self) -> tuple[Path, ...]:
        """Where more networks may be put: along the search path, if possible not among the product's own."""
        own = self._manifests.resolve()
        return tuple(folder for folder in self._folders if folder.resolve() != own) or self._folders

    def available(self, task: Task = Task.OCCUPANCY) -> list[Network]:
        """Networks whose file is there, best first. Hashes are checked by `get`, `default` and `broken`."""
        found = [(manifest, self._find(manifest.file)) for manifest in self._known(task)]
        return [Network(manifest, path) for manifest, path in found if path is not None]

    def missing(self, task: Task = Task.OCCUPANCY) -> list[MissingNetwork]:
        """Networks whose file is not there, best first."""
        return [MissingNetwork(m, self.places) for m in self._known(task) if self._find(m.file) is None]

    def unreadable(self) -> list[NetworkBrokenError]:
        """Manifests that make no sense: of what task they would be, nobody knows."""
        return [found for found in self._read_all() if isinstance(found, NetworkBrokenError)]

    def broken(self) -> list[NetworkBrokenError]:
        """What is there, for whatever task, but cannot be used: unreadable manifests, files with a wrong hash."""
        problems = self.unreadable()
        for network in (network for task in Task for network in self.available(task)):
            try:
                network.verify()
            except NetworkBrokenError as exc:
                problems.append(exc)
        return problems

    def get(self, network_id: str, task: Task = Task.OCCUPANCY) -> Network:
        """The network of this id. Raises NetworkMissingError, NetworkTaskError or NetworkBrokenError."""
        manifest = self._manifest(network_id)
        if manifest.task is not task:
            raise NetworkTaskError(f"{network_id} finds {manifest.task.finds}, not {task.finds}")
        path = self._find(manifest.file)
        if path is None:
            raise NetworkMissingError(str(MissingNetwork(manifest, self.places)))
        network = Network(manifest, path)
        network.verify()
        return network

    def default(self, task: Task = Task.OCCUPANCY) -> Network:
        """The best network that is whole. Raises NetworkMissingError; NetworkBrokenError if all are broken."""
        failures: list[NetworkError] = []
        for network in self.available(task):
            try:
                network.verify()
            except NetworkBrokenError as exc:
                failures.append(exc)
            else:
                return network
        if failures:
            raise failures[0]
        missing = "; ".join(str(one) for one in self.missing(task)) or f"no manifest in {self._manifests}"
        raise NetworkMissingError(f"no network is there. {missing}")

    def _manifest(self, network_id: str) -> Manifest:
        known = self._by_id()
        if network_id not in known:
            raise NetworkMissingError(f"no network is called {network_id!r}: known are {', '.join(known) or 'none'}")
        return known[network_id]

    def _known(self, task: Task) -> list[Manifest]:
        """The manifests of a task, best rank first."""
        of_task = (manifest for manifest in self._by_id().values() if manifest.task is task)
        return sorted(of_task, key=lambda manifest: (manifest.rank, manifest.id))

    def _by_id(self) -> dict[str, Manifest]:
        """One manifest per id: the product's own win over those beside files."""
        known: dict[str, Manifest] = {}
        for found in self._read_all():
            if isinstance(found, Manifest):
                known.setdefault(found.id, found)
        return known

    def _read_all(self) -> Iterator[Manifest | NetworkBrokenError]:
        for path in self._manifest_files():
            try:
                found = load_manifest(path)
            except NetworkBrokenError as exc:
                yield exc
            else:
                if found is not None:
                    yield found

    def _manifest_files(self) -> Iterator[Path]:
        own = self._manifests.resolve()
        yield from sorted(own.glob("*.json"))
        for folder in self._folders:
            if folder.resolve() != own:
                # Other JSON may lie about in a folder of the operator's: only what stands beside an ONNX file is ours.
                yield from (path for path in sorted(folder.glob("*.json")) if path.with_suffix(".onnx").is_file())

    def _find(self, file: str) -> Path | None:
        return next((folder / file for folder in self._folders if (folder / file).is_file()), None)


class _Hashes:
    """sha256 of files, computed once as long as a file keeps its size and time."""

    def __init__(self) -> None:
        self._known: dict[tuple[Path, int, int], str] = {}
        self._lock = threading.Lock()

    def of(self, path: Path) -> str:
        try:
            facts = path.stat()
            key = (path, facts.st_size, facts.st_mtime_ns)
            with self._lock:
                if key not in self._known:
                    self._known[key] = hashlib.sha256(path.read_bytes()).hexdigest()
                return self._known[key]
        except OSError as exc:
            raise NetworkBrokenError(f"{path}: cannot be read: {exc}") from exc


_hashes = _Hashes()
