"""The figures of the understanding report, on sentences whose figures are known."""

from pathlib import Path

import pytest
import yaml

from actions.knowledge.decide import CONFIDENT
from nlu_data.tools.noise import Typist
from nlu_data.tools.understand import LABELS, Judged, calibration, confident, figures, label_of, macro_f1, report, share, without_marks

NOISE = Path(__file__).resolve().parents[3] / "nlu_data" / "templates" / "noise.yaml"


def sentence(label: str, understood: str, confidence: float = 0.9, tier: str = "dev") -> Judged:
    return Judged("…", label, tier, understood, confidence, 3.0)


def test_the_figures_of_a_known_set() -> None:
    judged = [
        sentence("cccd_fee", "cccd_fee"),
        sentence("cccd_fee", "cccd_renew", 0.8),
        sentence("out_of_scope", "out_of_scope", 0.5),
        sentence("out_of_scope", "cccd_fee", 0.4),
    ]
    line = figures(judged)
    assert "all 50.0 %" in line
    assert "in-domain 50.0 %" in line
    assert "out-of-scope recall 50.0 %" in line
    assert "confident and wrong 25.0 %" in line
    assert "not confident 50.0 %" in line
    # cccd_fee: 1 hit of 2 meant and 2 named = 0.5; out_of_scope: 1 hit, 2 meant, 1 named = 2/3
    assert macro_f1(judged) == pytest.approx(100 * (0.5 + 2 / 3) / 2)


def test_calibration_is_the_mean_distance_between_confidence_and_accuracy() -> None:
    error, rows = calibration([sentence("greet", "greet", 0.95), sentence("greet", "bye", 0.95), sentence("greet", "greet", 1.0)])
    assert rows == [(0.9, 3, pytest.approx(290 / 3), pytest.approx(200 / 3))]
    assert error == pytest.approx(30)


def test_the_report_names_confused_pairs_and_shows_no_sentence_when_none_is_wanted() -> None:
    text = report([sentence("cccd_fee", "cccd_renew"), sentence("greet", "greet", tier="press-faq")], worst=0)
    assert "1 cccd_fee → cccd_renew" in text
    assert "press-faq" in text
    assert "…" not in text


def test_share_of_nothing_is_not_a_number() -> None:
    assert share([]) != share([])


def test_confident_means_the_same_in_the_report_and_in_the_dialogue() -> None:
    assert confident() == CONFIDENT


def test_every_mapped_intent_is_one_that_is_trained_and_maps_to_a_label() -> None:
    mapped = yaml.safe_load(LABELS.read_text(encoding="utf-8"))["intents"]
    trained = {path.stem for path in (LABELS.parents[1] / "training").glob("*.yml")}
    assert set(mapped) <= trained
    assert set(mapped.values()) <= trained - set(mapped)
    assert label_of("emergency") == "out_of_scope"
    assert label_of("cccd_fee") == "cccd_fee"


def test_a_sentence_without_its_marks() -> None:
    assert without_marks("Đổi thẻ ở ĐÂU?") == "Doi the o DAU?"


def test_the_typist_repeats_itself_and_leaves_the_meaning_of_short_answers_alone() -> None:
    typist = Typist.of(NOISE)
    sentences = [f"tôi làm thẻ căn cước ở đâu thế nào {number}" for number in range(60)]
    first, second = [typist.type(text) for text in sentences], [typist.type(text) for text in sentences]
    assert first == second
    typed = " ".join(text for text in first if text)
    assert "mần" in typed
    assert "mô" in typed.split()
    assert typist.type("không") is None
