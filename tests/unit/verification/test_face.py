"""The face library with its real models: what the officer may rely on, and what must never pass."""

import json
import pathlib
import shutil
from importlib.resources import files

import cv2
import numpy
import pytest

from verification_service.face import build_pack, measure, packs
from verification_service.face.decision import MatchState, compare
from verification_service.face.matcher import FaceMatcher, ImageRefused, SelfTestFailed
from verification_service.face.quality import Problem, assess

LONDON = pathlib.Path(__file__).resolve().parents[4] / "shared/data/face/london"


@pytest.fixture(scope="module")
def pack_directory(tmp_path_factory):
    directory = tmp_path_factory.mktemp("pack")
    build_pack.build(directory)
    return directory


@pytest.fixture
def pack(pack_directory, monkeypatch):
    monkeypatch.setenv("FACE_MODEL_DIR", str(pack_directory))
    return packs.resolve_pack()


@pytest.fixture(scope="module")
def matcher(pack_directory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FACE_MODEL_DIR", str(pack_directory))
        return FaceMatcher(packs.resolve_pack())


def group_photo() -> numpy.ndarray:
    content = (files("insightface") / "data/images/t1.jpg").read_bytes()
    return cv2.imdecode(numpy.frombuffer(content, numpy.uint8), cv2.IMREAD_COLOR)[:, :, ::-1].copy()


def one_person() -> numpy.ndarray:
    """One frontal face of the packaged group photo, twice its size, with room around it."""
    return cv2.resize(numpy.ascontiguousarray(group_photo()[200:460, 0:240]), None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC)


def copy_of(pack_directory, tmp_path) -> pathlib.Path:
    return pathlib.Path(shutil.copytree(pack_directory, tmp_path / "pack"))


def test_the_pack_passes_its_self_test(matcher):
    matcher.self_test()


def test_double_normalisation_is_noticed_before_the_service_is_ready(pack_directory, tmp_path, monkeypatch):
    directory = copy_of(pack_directory, tmp_path)
    manifest = json.loads((directory / "manifest.json").read_text())
    manifest["tasks"]["recognition"]["preprocessing"] = {"mean": 127.5, "std": 127.5}
    (directory / "manifest.json").write_text(json.dumps(manifest))
    monkeypatch.setenv("FACE_MODEL_DIR", str(directory))
    with pytest.raises(SelfTestFailed):
        FaceMatcher(packs.resolve_pack()).self_test()


def test_a_changed_detector_file_is_refused(pack_directory, tmp_path, monkeypatch):
    directory = copy_of(pack_directory, tmp_path)
    content = bytearray((directory / "det.onnx").read_bytes())
    content[-5] ^= 1
    (directory / "det.onnx").write_bytes(content)
    monkeypatch.setenv("FACE_MODEL_DIR", str(directory))
    with pytest.raises(packs.PackError, match="cannot be loaded"):
        FaceMatcher(packs.resolve_pack())


def test_another_recogniser_does_not_inherit_thresholds(pack_directory, tmp_path, monkeypatch):
    directory = copy_of(pack_directory, tmp_path)
    (directory / "rec.onnx").write_bytes((directory / "rec.onnx").read_bytes() + b"\x00")
    monkeypatch.setenv("FACE_MODEL_DIR", str(directory))
    with pytest.raises(packs.ThresholdsMissing):
        packs.resolve_pack()


def test_no_pack_means_not_ready(tmp_path, monkeypatch):
    monkeypatch.setenv("FACE_MODEL_DIR", str(tmp_path))
    with pytest.raises(packs.PackNotFound, match="FACE_MODEL_DIR"):
        packs.resolve_pack()


@pytest.mark.parametrize(
    ("scores", "state"),
    [
        ([0.45], MatchState.ACCEPT),
        ([0.2, 0.46, 0.1], MatchState.ACCEPT),
        ([0.2, 0.1, 0.3, 0.9], MatchState.NO_MATCH),
        ([0.4499], MatchState.RETRY),
        ([0.36], MatchState.RETRY),
        ([0.3599], MatchState.NO_MATCH),
        ([0.985], MatchState.DIGITAL_COPY),
    ],
)
def test_decision_table(scores, state):
    assert compare(scores, packs.Thresholds(accept=0.45, retry=0.36)).state is state


def test_no_frame_is_no_decision():
    with pytest.raises(ValueError, match="no frame"):
        compare([], packs.Thresholds(accept=0.45, retry=0.36))


@pytest.mark.parametrize("shape", [(10, 10, 3), (480, 640), (3000, 3000, 3), (480, 640, 4)])
def test_pictures_of_the_wrong_shape_are_refused(matcher, shape):
    with pytest.raises(ImageRefused):
        matcher.observe(numpy.zeros(shape, numpy.uint8))


def test_a_good_picture_has_no_problem_and_spoiled_ones_say_what_to_change(matcher):
    picture = one_person()
    assert assess(matcher.observe(picture), picture) == []
    assert assess([], picture) == [Problem.NO_FACE]
    group = group_photo()
    assert assess(matcher.observe(group), group) == [Problem.SEVERAL_FACES]
    dark = (picture * 0.2).astype(numpy.uint8)
    assert Problem.TOO_DARK in assess(matcher.observe(dark), dark)
    blurred = cv2.GaussianBlur(picture, (41, 41), 12)
    assert Problem.BLURRED in assess(matcher.observe(blurred), blurred)
    far = cv2.copyMakeBorder(cv2.resize(picture, None, fx=0.25, fy=0.25), 40, 40, 40, 40, cv2.BORDER_REPLICATE)
    assert assess(matcher.observe(far), far)[0] is Problem.TOO_FAR


def test_a_covered_mouth_is_noticed(matcher):
    picture = one_person()
    face = matcher.observe(picture)[0]
    eyes, across = (face.points[0] + face.points[1]) / 2, face.points[1] - face.points[0]
    down = (face.points[3] + face.points[4]) / 2 - eyes
    mask = numpy.array([eyes - across + down * 0.5, eyes + across + down * 0.5, eyes + across * 0.7 + down * 1.8, eyes - across * 0.7 + down * 1.8])
    cv2.fillPoly(picture, [mask.astype(numpy.int32)], (60, 120, 200))
    assert Problem.COVERED in assess([face], picture)


@pytest.mark.shared
@pytest.mark.skipif(not LONDON.exists(), reason="the measuring set lies in shared/, which is absent here")
def test_nobody_of_the_measuring_set_is_turned_away_and_no_stranger_let_in(pack):
    lines = measure.match_table(LONDON)
    accepted = [line.split() for line in lines if " accept " in line]
    assert [(row[0], row[3], row[4]) for row in accepted] == [("live", "0/51", "0/2550"), ("live_hard", "0/51", "0/2550")]
