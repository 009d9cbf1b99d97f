"""The units in memory. Files that change are read again while the server runs: an edit is live within a minute and needs no training."""

import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path

from actions.knowledge import KnowledgeError
from actions.knowledge.search import Index
from actions.knowledge.units import KNOWLEDGE, Unit, read_units

logger = logging.getLogger(__name__)
LOOK_AGAIN_SECONDS = 20.0


class Library:
    """Units and their index. A file that breaks the form changes nothing: what was read before stays, and the error is logged."""

    def __init__(self, directory: Path = KNOWLEDGE, clock: Callable[[], float] = time.monotonic) -> None:
        self._directory = directory
        self._clock = clock
        self._lock = threading.Lock()
        self._read(self._fingerprint())

    @property
    def index(self) -> Index:
        """The index of the units as the files stand now, give or take `LOOK_AGAIN_SECONDS`. Raises KnowledgeError only when nothing was ever readable."""
        with self._lock:
            if self._clock() - self._looked_at >= LOOK_AGAIN_SECONDS:
                fingerprint = self._fingerprint()
                self._looked_at = self._clock()
                if fingerprint != self._seen:
                    self._read_again(fingerprint)
            return self._index

    def unit(self, identifier: str) -> Unit | None:
        """A unit by its id."""
        return self.index.units_by_id.get(identifier)

    def _read(self, fingerprint: object) -> None:
        self._index = Index(read_units(self._directory))
        self._seen = fingerprint
        self._looked_at = self._clock()

    def _read_again(self, fingerprint: object) -> None:
        try:
            self._read(fingerprint)
            logger.info("knowledge read again", extra={"units": len(self._index.units_by_id)})
        except KnowledgeError:
            self._seen = fingerprint
            logger.exception("knowledge files cannot be used; the earlier ones stay")

    def _fingerprint(self) -> object:
        return tuple(sorted((str(path), path.stat().st_mtime_ns, path.stat().st_size) for path in self._directory.rglob("*.yml")))
