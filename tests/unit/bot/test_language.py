"""A message's language, where its words say it."""

import pytest
from language import language_of


@pytest.mark.parametrize(
    "text",
    [
        "Where do I register my stay?", "I am staying with my wife's family for two weeks, do they have to report it",
        "what is the fine if the owner does not report a guest",
        "My id card was lost yesterday, please help me", "How long does it take to get the card",
    ],
)  # fmt: skip
def test_a_whole_english_sentence(text: str) -> None:
    assert language_of(text) == "en"


@pytest.mark.parametrize("text", ["Khách nước ngoài ở nhà tôi", "app báo please try again là sao vậy", "Nguyễn Văn An"])
def test_vietnamese_with_its_marks(text: str) -> None:
    assert language_of(text) == "vi"


@pytest.mark.parametrize(
    "text",
    [
        "", "ok", "John Smith", "English please", "toi can lam lai the", "can do the to nao", "khach hotel o lai may dem phai bao",
        "John Smith from Canada 12/03/1985",
        "do you",
        "app bao please try again after 5 minutes la loi chi", "me on the do can to in an", "Hotel Binh Minh 12 Tran Phu", "12345", "ha noi",
    ],
)  # fmt: skip
def test_what_does_not_say_leaves_the_language_as_it_is(text: str) -> None:
    assert language_of(text) is None
