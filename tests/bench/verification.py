"""The decision at the kiosk, stage by stage: wall and processor time of judging one upload (chip input and output excluded). Target: p95 < 1.5 s."""

import statistics
import sys
import time
from datetime import UTC, datetime

from tests.support.faces import jpeg, person
from tests.support.testchip import content as card_content
from tests.support.testchip import issue
from verification_service.chip import AccessKeys, Issued, read
from verification_service.face import build_pack
from verification_service.face.liveness import Challenge, Movement
from verification_service.face.matcher import FaceMatcher
from verification_service.face.packs import EMBEDDED_PACK, resolve_pack
from verification_service.face.passive import ScreenPattern
from verification_service.sessions.judgement import CapturedFrame, Judges, Question, judge

ROUNDS = 15
TARGET_SECONDS = 1.5
MOVEMENTS = (Movement.TURN_RIGHT, Movement.COME_CLOSER)


def main() -> int:
    build_pack.build(EMBEDDED_PACK)
    began = time.perf_counter()
    matcher = FaceMatcher(resolve_pack())
    matcher.self_test()
    line("load models and self-test, once", [time.perf_counter() - began])
    somebody, issued = person("an", matcher), issue()
    issued.chip.files["dg2"] = card_content.dg2(somebody.portrait())
    issued.sign()
    stages: dict[str, list[float]] = {}
    wall, processor = [], []
    for _ in range(ROUNDS):
        frames = [CapturedFrame(jpeg(frame), 0.3 * number) for number, frame in enumerate(somebody.capture(MOVEMENTS))]
        given = Issued.new()
        evidence = read(issued.chip.present(), AccessKeys(can=issued.holder.can), issued=given)
        question = Question(given, Challenge(MOVEMENTS), None, False)
        began, used = time.perf_counter(), time.process_time()
        judgement = judge(evidence, frames, question, Judges(matcher, issued.trust_store(), (ScreenPattern(),)), datetime.now(UTC))
        wall.append(time.perf_counter() - began)
        processor.append(time.process_time() - used)
        if judgement.findings.liveness or judgement.findings.match is None:
            sys.stdout.write(f"a capture was not followed: {judgement.findings.liveness}\n")
        for name, milliseconds in judgement.milliseconds.items():
            stages.setdefault(name, []).append(milliseconds / 1000)
    for name, seconds in stages.items():
        line(name, seconds)
    line("decision, processor time", processor)
    line("decision, wall time", wall)
    measured = percentile(wall)
    sys.stdout.write(
        f"decision p95 {measured:.2f} s over {len(frames)} frames, target < {TARGET_SECONDS} s: {'ok' if measured < TARGET_SECONDS else 'ABOVE'}\n"
    )
    return 0


def percentile(values: list[float], share: float = 0.95) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def line(name: str, seconds: list[float]) -> None:
    sys.stdout.write(f"{name:36} median {1000 * statistics.median(seconds):8.1f} ms   p95 {1000 * percentile(seconds):8.1f} ms\n")


if __name__ == "__main__":
    sys.exit(main())
