"""A clock for processes of a test that can be set while they run, and only theirs: see `set_clock.c`."""

import subprocess
from pathlib import Path

SOURCE = Path(__file__).with_suffix(".c")


class SetClock:
    """One host's. Its processes are started with `environment`; the folder is for its file, and lasts as they do."""

    def __init__(self, folder: Path, host: str) -> None:
        self._file, self._library = folder / f"{host}.clock", folder / "set_clock.so"
        self._file.write_bytes(bytes(8))
        if not self._library.exists():
            subprocess.run(["cc", "-shared", "-fPIC", "-O2", "-o", self._library, SOURCE, "-ldl"], check=True)

    @property
    def environment(self) -> dict[str, str]:
        """What a process needs to go by this clock."""
        return {"LD_PRELOAD": str(self._library), "LOOKOUT_TEST_CLOCK": str(self._file)}

    def set_ahead(self, seconds: int) -> None:
        """Of the time of day; from this moment on."""
        with self._file.open("r+b") as file:  # in place: the processes have it mapped
            file.write(seconds.to_bytes(8, "little", signed=True))
