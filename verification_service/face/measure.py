"""`python -m verification_service.face.measure FOLDER`: how often this installation's pack is wrong, on a folder of people.

FOLDER holds `dg2/NNN.bin` (a complete DG2) and one or more folders of camera pictures (`live/NNN.jpg`, …). Prints, per folder and threshold,
FNMR over the genuine pairs and FMR over all others with the 95 % Clopper–Pearson interval (the pairs are not independent: read it as optimistic).
"""

from __future__ import annotations

import io
import pathlib
import sys

import numpy
from PIL import Image
from scipy.stats import beta

from .matcher import FaceMatcher, FaceObservation
from .packs import resolve_pack


def main() -> int:
    if len(sys.argv) != 2:
        write(__doc__ or "")
        return 2
    write(*match_table(pathlib.Path(sys.argv[1])))
    return 0


def match_table(folder: pathlib.Path) -> list[str]:
    matcher = FaceMatcher(resolve_pack())
    people = sorted(path.stem for path in (folder / "dg2").glob("*.bin"))
    portraits = [observe(matcher, portrait((folder / "dg2" / f"{person}.bin").read_bytes())) for person in people]
    lines = [f"pack {matcher.pack.version}, {len(people)} people", f"{'pictures':<12}{'threshold':>10}{'FNMR':>10}{'FMR':>12}{'FMR 95 % interval':>24}"]
    thresholds = {"accept": matcher.pack.thresholds.accept, "retry": matcher.pack.thresholds.retry}
    for pictures in sorted(path.name for path in folder.iterdir() if path.is_dir() and path.name != "dg2"):
        live = [observe(matcher, rgb((folder / pictures / f"{person}.jpg").read_bytes())) for person in people]
        scores = numpy.array([[matcher.similarity(one, other) for other in live] for one in portraits])
        genuine, others = scores.diagonal(), scores[~numpy.eye(len(people), dtype=bool)]
        for name, threshold in thresholds.items():
            missed, wrong = int((genuine < threshold).sum()), int((others >= threshold).sum())
            low, high = interval(wrong, len(others))
            rates = f"{missed}/{len(genuine)}".rjust(10) + f"{wrong}/{len(others)}".rjust(12)
            lines.append(f"{pictures:<12}{name + f' {threshold:.2f}':>12}{rates}{f'{low:.1e} – {high:.1e}':>24}")
        lines.append(f"{pictures:<12}genuine mean {genuine.mean():.3f}, lowest {genuine.min():.3f}; others highest {others.max():.3f}")
    return lines


def interval(events: int, trials: int, confidence: float = 0.95) -> tuple[float, float]:
    """Clopper–Pearson."""
    tail = (1 - confidence) / 2
    low = 0.0 if events == 0 else float(beta.ppf(tail, events, trials - events + 1))
    high = 1.0 if events == trials else float(beta.ppf(1 - tail, events + 1, trials - events))
    return low, high


def observe(matcher: FaceMatcher, image: numpy.ndarray) -> FaceObservation:
    faces = matcher.observe(image)
    if len(faces) != 1:
        raise ValueError(f"{len(faces)} faces where one was expected")
    return faces[0]


def portrait(dg2: bytes) -> numpy.ndarray:
    """The picture inside a DG2, found by its own signature (a measuring set needs no trust in the record around it)."""
    starts = [dg2.find(mark) for mark in (b"\x00\x00\x00\x0cjP  ", b"\xff\x4f\xff\x51", b"\xff\xd8\xff") if mark in dg2]
    return rgb(dg2[min(starts) :])


def rgb(content: bytes) -> numpy.ndarray:
    return numpy.asarray(Image.open(io.BytesIO(content)).convert("RGB"))


def write(*lines: str) -> None:
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    sys.exit(main())
