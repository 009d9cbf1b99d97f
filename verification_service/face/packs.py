"""Which face models this installation uses, and the thresholds that belong to them.

Order: `FACE_MODEL_DIR` (production, e.g. a licensed pack), then the embedded default, then `PackNotFound`: the service is not ready.
There is never a stand-in matcher. Thresholds are keyed by the recogniser's SHA-256, because a threshold means nothing for another model.
"""

from __future__ import annotations

import hashlib
import json
import os
import pathlib
from dataclasses import dataclass

EMBEDDED_PACK = pathlib.Path(__file__).resolve().parents[2] / "var" / "face-pack"
THRESHOLDS_FILE = "thresholds.json"


class PackError(Exception):
    """The model pack cannot be used; the service must say it is not ready."""


class PackNotFound(PackError):
    """No pack where the configuration points and none built."""


class ThresholdsMissing(PackError):
    """The pack has no thresholds measured for exactly this recogniser."""


@dataclass(frozen=True)
class Thresholds:
    """Cosine similarity: `accept` and above is the same person; from `retry` up another try, then an operator; below is no match."""

    accept: float
    retry: float


@dataclass(frozen=True)
class Pack:
    directory: pathlib.Path
    model_id: str
    recogniser_sha256: str
    thresholds: Thresholds

    @property
    def version(self) -> str:
        """What a decision records about the model that made it."""
        return f"{self.model_id}:{self.recogniser_sha256[:12]}"


def resolve_pack() -> Pack:
    """The pack of this installation. Raises PackError."""
    configured = os.environ.get("FACE_MODEL_DIR")
    directory = pathlib.Path(configured) if configured else EMBEDDED_PACK
    manifest_path = directory / "manifest.json"
    if not manifest_path.exists():
        hint = "check FACE_MODEL_DIR" if configured else "run: python -m verification_service.face.build_pack"
        raise PackNotFound(f"no face model pack in {directory}; {hint}")
    manifest = json.loads(manifest_path.read_text())
    recogniser = directory / manifest["tasks"]["recognition"]["file"]
    digest = hashlib.sha256(recogniser.read_bytes()).hexdigest()
    return Pack(directory, manifest["model_id"], digest, _thresholds(directory, digest))


def _thresholds(directory: pathlib.Path, digest: str) -> Thresholds:
    path = directory / THRESHOLDS_FILE
    known = json.loads(path.read_text()) if path.exists() else {}
    if digest not in known:
        raise ThresholdsMissing(f"{path} has no thresholds for recogniser {digest[:12]}: measure them before use")
    return Thresholds(**known[digest])
