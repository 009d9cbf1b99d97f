from pathlib import Path

import pytest
import train


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A bot directory in miniature, with its training data beside it."""
    room, data = tmp_path / "bot", tmp_path / "nlu_data" / "training"
    for path, content in {
        room / "config.yml": "pipeline: []", room / "domain/core.yml": "intents: [a]", room / "components/text.py": "x = 1", room / "models/README.md": "",
        data / "greet.yml": "nlu: []", data / "more/bye.yml": "nlu: []",
    }.items():  # fmt: skip
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    monkeypatch.setattr(train, "ROOM", room)
    monkeypatch.setattr(train, "TRAINING_DATA", data)
    monkeypatch.setattr(train, "MODEL", room / "models" / "current.tar.gz")
    return room


@pytest.mark.parametrize(
    "changed", ["config.yml", "domain/core.yml", "components/text.py", "../nlu_data/training/greet.yml", "../nlu_data/training/more/bye.yml"]
)
def test_a_changed_input_changes_the_fingerprint(room: Path, changed: str) -> None:
    before = train.inputs_fingerprint()
    assert train.inputs_fingerprint() == before
    (room / changed).write_text("changed")
    assert train.inputs_fingerprint() != before


@pytest.mark.parametrize("added", ["rules/new.yml", "stories/new.yml", "../nlu_data/training/new.yml"])
def test_a_new_input_changes_the_fingerprint(room: Path, added: str) -> None:
    before = train.inputs_fingerprint()
    (room / added).parent.mkdir(exist_ok=True)
    (room / added).write_text("new")
    assert train.inputs_fingerprint() != before


def test_what_is_no_input_changes_nothing(room: Path) -> None:
    before = train.inputs_fingerprint()
    (room / "models" / "README.md").write_text("changed")
    (room / "components" / "text.pyc").write_text("compiled")
    assert train.inputs_fingerprint() == before


def test_trains_only_when_needed(room: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    trainings = []

    def train_once() -> None:
        trainings.append(1)
        train.MODEL.write_bytes(b"model")

    monkeypatch.setattr(train, "train", train_once)
    for arguments, expected in (([], 1), ([], 1), (["--force"], 2), ([], 2)):
        monkeypatch.setattr("sys.argv", ["train.py", *arguments])
        assert train.main() == 0
        assert len(trainings) == expected
    (room / "config.yml").write_text("changed")
    assert train.main() == 0
    train.MODEL.unlink()
    assert train.main() == 0
    assert len(trainings) == 4
