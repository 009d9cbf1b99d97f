"""The training sentences: enough of each, no contradiction, generated files up to date, nothing taken from an evaluation file."""

import os
from collections import Counter, defaultdict
from pathlib import Path

import pytest
import yaml

from nlu_data.tools.examples import TRAINING, everything, hand_written, read
from nlu_data.tools.expand import files
from nlu_data.tools.leakage import folded, sentences_of, too_near

ROOT = Path(__file__).resolve().parents[3]
SHARED = Path(os.environ.get("SHARED_DIR", ROOT.parent / "shared"))
SMALL_TALK = {"greet", "thanks", "bye", "affirm", "deny", "bot_identity", "capabilities", "language_english", "kiosk_verify", "call_back", "emergency", "abuse"}
EVENTS = {"event_verification_result"}
COMMANDS = {"go_back", "start_over", "cancel", "step_done", "step_failed", "more_detail", "change_answer", "inform", "skip", "repeat"}


def declared_intents() -> set[str]:
    declared = [yaml.safe_load(path.read_text(encoding="utf-8")).get("intents") or [] for path in (ROOT / "bot" / "domain").glob("*.yml")]
    return {name if isinstance(name, str) else next(iter(name)) for names in declared for name in names}


def test_every_intent_has_enough_sentences_written_by_hand() -> None:
    counts = Counter(intent for _, intent in read(path for path in hand_written() if not path.stem.startswith("dialogue_")))
    assert not {intent: count for intent, count in counts.items() if intent not in EVENTS and count < (25 if intent in SMALL_TALK | COMMANDS else 55)}


def test_every_intent_that_is_trained_exists_in_the_domain_and_the_reverse() -> None:
    trained = {intent for _, intent in read(everything())}
    assert trained - EVENTS == declared_intents() - {"nlu_fallback"} - EVENTS


def test_no_sentence_means_two_things() -> None:
    meanings = defaultdict(set)
    for sentence, intent in read(everything()):
        meanings[folded(sentence)].add(intent)
    assert not {sentence: intents for sentence, intents in meanings.items() if len(intents) > 1}


def test_generated_files_are_what_their_inputs_give() -> None:
    wanted = dict(files())
    assert {path for path in everything() if (TRAINING / "generated") in path.parents} == set(wanted)
    assert not [path.name for path, text in wanted.items() if path.read_text(encoding="utf-8") != text]


def test_the_leakage_check_sees_a_copy_and_a_near_copy() -> None:
    asked = ["Tôi muốn biết khi nào thẻ căn cước của tôi làm xong?"]
    assert list(too_near(["toi muon biet khi nao the can cuoc cua toi lam xong"], asked))
    assert list(too_near(["Tôi muốn biết khi nào thẻ căn cước của tôi làm xong ạ"], asked))
    assert not list(too_near(["Thẻ căn cước hết hạn thì đổi ở đâu?"], asked))


@pytest.mark.parametrize("name", ["unseen.tsv", "exam.tsv"])
def test_no_training_sentence_comes_from_our_own_exams(name: str) -> None:
    exam = sentences_of(ROOT / "nlu_data" / "evaluation" / name)
    assert len(exam) > 400
    assert not list(too_near([sentence for sentence, _ in read(everything())], exam))


@pytest.mark.shared
@pytest.mark.skipif(not list(SHARED.glob("eval/*.tsv")), reason="no evaluation files on this machine")
def test_no_training_sentence_comes_from_an_evaluation_file() -> None:
    evaluation = [sentence for path in SHARED.glob("eval/*.tsv") for sentence in sentences_of(path)]
    assert not list(too_near({sentence for sentence, _ in read(everything())}, evaluation))
