from pathlib import Path

import numpy as np
import pytest
from components.features import VIEWS, Document, SentenceFeatures
from components.intent_classifier import LinearModel
from components.text import fold, normalise

SENTENCES = {
    "cccd_lost": ["mất thẻ căn cước phải làm sao", "làm mất căn cước", "rơi mất thẻ rồi", "thẻ bị mất"],
    "cccd_fee": ["làm căn cước hết bao nhiêu tiền", "lệ phí cấp thẻ", "phí đổi thẻ bao nhiêu", "có mất tiền không"],
    "greet": ["xin chào", "chào cán bộ", "alo", "chào em"],
}
CONFIG = {"views": dict.fromkeys(VIEWS, 1.0), "C": 10.0, "balance": 0.5}


def document(text: str) -> Document:
    return Document.of(normalise(text), fold(normalise(text)).split())


@pytest.fixture(scope="module")
def model() -> LinearModel:
    pairs = [(document(text), intent) for intent, texts in SENTENCES.items() for text in texts]
    return LinearModel.fit([pair[0] for pair in pairs], [pair[1] for pair in pairs], CONFIG)


@pytest.mark.parametrize(
    ("typed", "intent"),
    [("Toi lam mat the can cuoc roi", "cccd_lost"), ("lệ phí làm thẻ là bao nhiêu ạ", "cccd_fee"), ("CHAO", "greet"), ("mat the cc", "cccd_lost")],
)
def test_reads_with_and_without_marks(model: LinearModel, typed: str, intent: str) -> None:
    ranking = model.rank(document(typed))
    assert ranking[0][0] == intent
    assert sum(confidence for _, confidence in ranking) == pytest.approx(1)
    assert [confidence for _, confidence in ranking] == sorted((confidence for _, confidence in ranking), reverse=True)


def test_unknown_words_leave_only_the_intercepts(model: LinearModel) -> None:
    first, second = model.rank(document("qqqq")), model.rank(document("漢字"))
    assert first == second
    assert first[0][1] < 0.6


def test_a_stored_model_ranks_as_before(model: LinearModel, tmp_path: Path) -> None:
    model.save(tmp_path)
    assert LinearModel.load(tmp_path).rank(document("thẻ bị mất")) == model.rank(document("thẻ bị mất"))


def test_each_view_has_length_one() -> None:
    features = SentenceFeatures(dict.fromkeys(VIEWS, 1.0))
    documents = [document(text) for texts in SENTENCES.values() for text in texts]
    assert abs(features.fit_transform(documents) - features.transform(documents)).max() < 1e-12
    row = features.transform([document("mất thẻ căn cước")]).toarray()[0]
    assert np.linalg.norm(row) == pytest.approx(len(VIEWS) ** 0.5)
    assert np.linalg.norm(features.transform([document("mat the can cuoc")]).toarray()[0]) == pytest.approx((len(VIEWS) - 1) ** 0.5)


def test_nothing_is_sure_of_syllables_nobody_has_written(model: LinearModel) -> None:
    assert model.rank(document("zxcv qwer"))[0][1] == 0.0
    assert model.rank(document("thẻ bị mất"))[0][1] > model.rank(document("thẻ zxcv qwer plmk"))[0][1]
