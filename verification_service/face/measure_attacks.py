"""`python -m verification_service.face.measure_attacks FOLDER`: how often the liveness challenge errs, on recorded attempts (ISO/IEC 30107-3).

FOLDER/species/attempt/ holds what the camera saw: `challenge.json` (`{"movements": ["turn_left", …], "every": 0.3}`, seconds between pictures) and
the pictures `000.jpg`, `001.jpg`, …. The species `bona_fide` holds genuine attempts, every other one a kind of attack (print, telephone, mask, …).
Prints for each attack APCER, for genuine attempts BPCER, both over the attempts that were answered; APNRR and BPNRR are those without a usable face;
then the worst APCER, and what a plugged passive detector scored. With no error in n attempts the true rate may still be 3/n (95 %).
"""

from __future__ import annotations

import json
import pathlib
import sys
from dataclasses import dataclass

from .liveness import Challenge, Frame, LivenessFailure, Movement, Tracker
from .matcher import FaceMatcher
from .measure import rgb, write
from .packs import resolve_pack
from .passive import ScreenPattern

BONA_FIDE = "bona_fide"
NO_RESPONSE = {LivenessFailure.NO_FACE, LivenessFailure.SEVERAL_FACES}


@dataclass(frozen=True)
class Attempt:
    """`live` is None when there was no usable face; `passive` the best frontal picture's score."""

    live: bool | None
    passive: float | None


def main() -> int:
    if len(sys.argv) != 2:
        write(__doc__ or "")
        return 2
    write(*attack_table(pathlib.Path(sys.argv[1]), FaceMatcher(resolve_pack())))
    return 0


def attack_table(folder: pathlib.Path, matcher: FaceMatcher) -> list[str]:
    """One line for each species, and the worst attack."""
    lines = [f"{'species':<20}{'attempts':>9}{'no answer':>11}{'as live':>9}{'rate':>15}{'passive, median':>18}"]
    worst = 0.0
    for species in sorted(path for path in folder.iterdir() if path.is_dir()):
        attempts = [replay(path, matcher) for path in sorted(species.iterdir()) if path.is_dir()]
        answered = [attempt for attempt in attempts if attempt.live is not None]
        live = sum(bool(attempt.live) for attempt in answered)
        genuine = species.name == BONA_FIDE
        wrong = len(answered) - live if genuine else live
        rate = wrong / len(answered) if answered else float("nan")
        worst = worst if genuine or not answered else max(worst, rate)
        lines.append(
            f"{species.name:<20}{len(attempts):>9}{len(attempts) - len(answered):>11}{live:>9}{('BPCER' if genuine else 'APCER') + f' {rate:.3f}':>15}"
            f"{_median([attempt.passive for attempt in attempts if attempt.passive is not None]):>18}"
        )
    return [*lines, f"worst APCER {worst:.3f}; passive detector: {ScreenPattern.name} ({ScreenPattern.label})"]


def replay(attempt: pathlib.Path, matcher: FaceMatcher) -> Attempt:
    """Judges one recorded attempt as the service would."""
    record = json.loads((attempt / "challenge.json").read_text())
    challenge = Challenge(tuple(Movement(movement) for movement in record["movements"]))
    pictures = [rgb(path.read_bytes()) for path in sorted(attempt.glob("*.jpg"))]
    result = Tracker(challenge, matcher).judge([Frame(picture, number * record["every"]) for number, picture in enumerate(pictures)])
    passive = ScreenPattern().score(result.best_image, result.best_frames[0]) if result.best_image is not None else None
    unanswered = result.failure in NO_RESPONSE and not result.best_frames
    return Attempt(None if unanswered else result.live, passive)


def _median(values: list[float]) -> str:
    return f"{sorted(values)[len(values) // 2]:.2f}" if values else "–"


if __name__ == "__main__":
    sys.exit(main())
