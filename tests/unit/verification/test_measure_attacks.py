"""The measuring tool for presentation attacks, on recorded attempts of both kinds."""

import json
from itertools import islice

import numpy

from tests.support.faces import jpeg
from verification_service.face.measure_attacks import attack_table

MOVEMENTS = ["turn_right", "come_closer"]


def record(folder, frames, every: float = 0.3) -> None:
    folder.mkdir(parents=True)
    (folder / "challenge.json").write_text(json.dumps({"movements": MOVEMENTS, "every": every}))
    for number, frame in enumerate(frames):
        (folder / f"{number:03d}.jpg").write_bytes(jpeg(frame))


def still(person, count: int = 4):
    return [person.framed(person.picture) for _ in range(count)]


def test_species_are_counted_apart_and_who_shows_no_face_is_no_error(people, face_matcher, tmp_path):
    an = people["an"]
    record(tmp_path / "bona_fide" / "1", an.capture(MOVEMENTS))
    record(tmp_path / "bona_fide" / "2", islice(an.capture(MOVEMENTS), 6))
    record(tmp_path / "print" / "1", still(an))
    record(tmp_path / "print" / "2", [numpy.full((480, 640, 3), 90, numpy.uint8)])
    record(tmp_path / "injected_film" / "1", people["binh"].capture(MOVEMENTS))
    rows = {line.split()[0]: line.split() for line in attack_table(tmp_path, face_matcher)}
    assert rows["bona_fide"][1:6] == ["2", "0", "1", "BPCER", "0.500"]
    assert rows["print"][1:6] == ["2", "1", "0", "APCER", "0.000"]
    assert rows["injected_film"][1:6] == ["1", "0", "1", "APCER", "1.000"], "what the challenge does not stop is counted too"
    assert attack_table(tmp_path, face_matcher)[-1].startswith("worst APCER 1.000")
