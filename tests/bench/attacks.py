"""The liveness challenge against SYNTHETIC attacks: pictures and films made here from photographs, replayed by the tool for recorded ones.

No set of recorded attacks is to be had, so no row is a measurement of real prints, screens or masks (APCER in the sense of ISO/IEC 30107-3). The rows show that
the tool works and what the challenge does with each kind of trick. `python -m tests.bench.attacks FOLDER` takes one photograph of each person from FOLDER
(`*.jpg`); without it those of `../shared/data/face/london/live`, or the two people that come with packages.
"""

import json
import random
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import cv2
import numpy

from scripts.local_stack import ROOT
from tests.support.faces import FRAME_SIZE, PEOPLE, TURN_DEGREES, Person, from_picture, jpeg, person
from verification_service.face import build_pack
from verification_service.face.liveness import Movement, new_challenge
from verification_service.face.matcher import FaceMatcher
from verification_service.face.measure import rgb
from verification_service.face.measure_attacks import attack_table
from verification_service.face.packs import EMBEDDED_PACK, resolve_pack

LONDON = ROOT.parent / "shared/data/face/london/live"
SECONDS_APART = 0.3
DRAW = random.Random(30107)
Movements = tuple[Movement, ...]


def main() -> int:
    build_pack.build(EMBEDDED_PACK)
    matcher = FaceMatcher(resolve_pack())
    with tempfile.TemporaryDirectory() as folder:
        count = record_all(Path(folder), list(everybody(matcher)))
        print(f"SYNTHETIC attacks made from {count} photographs; none was recorded at a camera")
        print("\n".join(attack_table(Path(folder), matcher)))
    return 0


def everybody(matcher: FaceMatcher) -> Iterator[Person]:
    """One person for each photograph."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else LONDON
    if not folder.is_dir():
        yield from (person(name, matcher) for name in PEOPLE)
    for path in sorted(folder.glob("*.jpg")):
        yield from_picture(rgb(path.read_bytes()), matcher)


def record_all(folder: Path, people: Sequence[Person]) -> int:
    """Every species once for each person, each with a challenge of its own; how many people."""
    for count, somebody in enumerate(people, 1):
        movements = new_challenge(DRAW.randrange(10_000)).movements
        for species, frames in SPECIES.items():
            record(folder / f"synthetic_{species}" / f"{count:03d}", movements, frames(somebody, movements))
        stranger = people[count % len(people)]
        record(folder / "synthetic_photo_swapped" / f"{count:03d}", movements, photo_swapped(somebody, stranger, movements))
    return len(people)


def record(attempt: Path, movements: Movements, frames: Iterable[numpy.ndarray]) -> None:
    attempt.mkdir(parents=True)
    (attempt / "challenge.json").write_text(json.dumps({"movements": movements, "every": SECONDS_APART}))
    for number, frame in enumerate(frames):
        (attempt / f"{number:03d}.jpg").write_bytes(jpeg(frame))


def photo_held(somebody: Person, _: Movements) -> Iterator[numpy.ndarray]:
    """A print in a hand that trembles."""
    for _ in range(14):
        yield moved(somebody.framed(somebody.picture), DRAW.uniform(-4, 4), 1 + DRAW.uniform(-0.02, 0.02))


def photo_moved(somebody: Person, movements: Movements) -> Iterator[numpy.ndarray]:
    """A print that is turned and brought closer as the screen asks."""
    for movement in movements:
        for amount in (0, 0, 0.5, 1, 1, 0.5, 0):
            frame = somebody.framed(somebody.picture)
            if movement is Movement.COME_CLOSER:
                yield moved(frame, 0, 1 + 0.45 * amount)
            else:
                yield moved(frame, TURN_DEGREES * amount * (1 if movement is Movement.TURN_LEFT else -1), 1)


def photo_swapped(somebody: Person, stranger: Person, movements: Movements) -> Iterator[numpy.ndarray]:
    """A print before the face of somebody else, who takes it away whenever the head has to be turned."""
    for movement in movements:
        yield from (somebody.framed(somebody.picture) for _ in range(2))
        shown = somebody if movement is Movement.COME_CLOSER else stranger
        yield from (shown._moved(movement, amount) for amount in (0.8, 0.9, 1.0))
    yield from (somebody.framed(somebody.picture) for _ in range(2))


def moved(frame: numpy.ndarray, degrees: float, scale: float) -> numpy.ndarray:
    """A flat picture turned about its upright axis before a camera two picture widths away."""
    width, height = FRAME_SIZE
    angle, far = numpy.radians(degrees), 2.0 * width
    corners = [(x, y) for y in (-height / 2, height / 2) for x in (-width / 2, width / 2)]
    seen = [(far * scale * numpy.array([x * numpy.cos(angle), y]) / (far - x * numpy.sin(angle))) + (width / 2, height / 2) for x, y in corners]
    flat = numpy.float32(corners) + numpy.float32((width / 2, height / 2))
    view = cv2.getPerspectiveTransform(flat, numpy.float32(seen))
    return cv2.warpPerspective(frame, view, FRAME_SIZE, borderMode=cv2.BORDER_REPLICATE)


def other_film(somebody: Person, movements: Movements) -> Iterator[numpy.ndarray]:
    """A recording of the same person for another challenge."""
    others = next(drawn for seed in range(100) if (drawn := new_challenge(seed).movements) != movements)
    return somebody.capture(others)


def made_film(somebody: Person, movements: Movements) -> Iterator[numpy.ndarray]:
    """A film that was made for exactly this challenge and takes the camera's place."""
    return somebody.capture(movements)


SPECIES: dict[str, Callable[[Person, Movements], Iterator[numpy.ndarray]]] = {
    "photo_held": photo_held,
    "photo_moved": photo_moved,
    "other_film": other_film,
    "made_film": made_film,
}

if __name__ == "__main__":
    sys.exit(main())
