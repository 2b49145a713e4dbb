"""The thread that reads plans from the database for running cameras: no loop waits for a database that is away."""

import queue
import threading
from collections.abc import Callable

import structlog
from django.db import Error, connection

from analytics.workers.plan import CameraPlan, NotWantedError, plan_load
from cameras.extensions.occupancy import SettingsError

log = structlog.get_logger(__name__)

RETRY_S = 1.0
Answer = Callable[[CameraPlan | NotWantedError], None]


class PlanDesk(threading.Thread):
    """Ask for a camera's plan; the answer is called on this thread, as soon as the database gave it."""

    def __init__(self) -> None:
        super().__init__(name="plan desk", daemon=True)
        self._asked: queue.SimpleQueue[tuple[int, Answer]] = queue.SimpleQueue()
        self._stopping = threading.Event()

    def ask(self, camera_id: int, answer: Answer) -> None:
        """Come back to `answer` with the plan of now, or with why there is none."""
        self._asked.put((camera_id, answer))

    def stop(self) -> None:
        """Answer nothing more."""
        self._stopping.set()
        self._asked.put((0, lambda _: None))

    def run(self) -> None:
        """One after the other; tries again while the database is away."""
        while True:
            camera_id, answer = self._asked.get()
            if self._stopping.is_set():
                return
            self._serve(camera_id, answer)

    def _serve(self, camera_id: int, answer: Answer) -> None:
        try:
            answer(plan_load(camera_id))
        except NotWantedError as gone:
            answer(gone)
        except SettingsError as error:
            log.error("stored settings are not valid: the running ones stay", camera=camera_id, error=str(error))
        except Error as error:
            log.warning("database away: the plan waits", camera=camera_id, error=str(error))
            self._stopping.wait(RETRY_S)
            self._asked.put((camera_id, answer))
        finally:
            connection.close()  # plans are rare: no connection is kept for the hours in between
