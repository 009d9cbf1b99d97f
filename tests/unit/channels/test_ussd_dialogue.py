"""What a key means on every kind of USSD screen; and that our own screens fit."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.channels.base import Choice, Reply
from integrations.core.text_fitting import fold, units
from integrations.gateway.ussd import texts
from integrations.gateway.ussd.dialogue import HOME_VISIT_IN_DETAIL, MENU_CHOICES, Ask, Continue, LeaveQueue, OpenTicket, Show, StartOver, State, decide
from integrations.gateway.ussd.screens import DIALOGUE_FOOTERS, Layout

CHOICES = {"1": {"title": "Đã xong", "payload": "/done"}, "2": {"title": "Bị lỗi", "payload": "/failed"}, "10": {"title": "Khác", "payload": "/other"}}


def answer(page: int = 0) -> State:
    return State(phase="answer", pages=["a", "b"], page=page, choices=CHOICES)


TABLE = [
    (State(), "", Show("menu")),
    (State(), "1", Ask("xem thẻ làm đến đâu", MENU_CHOICES["1"])),
    (State(), "so 3", Ask("khai báo lưu trú", MENU_CHOICES["3"])),
    (State(), "5.", Show("call_back")),
    (State(), "6", Show("home_visit")),
    (State(), "7", Show("hotline")),
    (State(), "8", Show("menu")),
    (State(), "0", Show("goodbye")),
    (State(), "*", Show("call_back")),
    (State(), "lam the o dau", Ask("lam the o dau")),
    (State(phase="call_back", pages=["x"]), "1", OpenTicket("call_back")),
    (State(phase="call_back", pages=["x"]), "có", OpenTicket("call_back")),
    (State(phase="call_back", pages=["x"]), "0", Show("menu")),
    (State(phase="call_back", pages=["x"]), "2", Show("menu")),
    (State(phase="home_visit", pages=["x"]), "2", Ask("đăng ký cán bộ đến nhà", HOME_VISIT_IN_DETAIL)),
    (State(phase="queued", pages=["x"]), "1", LeaveQueue()),
    (State(phase="queued", pages=["x"]), "0", Show("goodbye")),
    (State(phase="queued", pages=["x"]), "4", Show("queued")),
    (State(phase="queued", pages=["x"]), "toi cho lau qua", Ask("toi cho lau qua")),
    (State(phase="queued", pages=["x"]), "00", StartOver()),
    (State(phase="home_visit", pages=["x"]), "1", OpenTicket("home_visit")),
    (State(phase="resume", pages=["x"]), "1", Continue()),
    (State(phase="resume", pages=["x"]), "2", StartOver()),
    (answer(), "1", Ask("Đã xong", Choice("Đã xong", "/done"))),
    (answer(), "phim 2", Ask("Bị lỗi", Choice("Bị lỗi", "/failed"))),
    (answer(), "10", Ask("Khác", Choice("Khác", "/other"))),
    (answer(), "9", Show("page")),
    (answer(1), "0", Show("page")),
    (answer(1), "9", Ask("9")),
    (answer(), "00", StartOver()),
    (answer(), "*", Show("call_back")),
    (answer(), "042078001234", Ask("042078001234")),
    (answer(), "", Show("page")),
]


@pytest.mark.parametrize(("state", "typed", "action"), TABLE)
def test_key(state, typed, action):
    assert decide(state, typed, in_journey=False) == action


def test_back_is_the_dialogues_in_a_journey_and_the_menu_outside():
    assert decide(answer(), "0", in_journey=True) == Ask("quay lại")
    assert decide(answer(), "0", in_journey=False) == Show("menu")


@given(
    st.sampled_from(["menu", "resume", "answer", "call_back", "home_visit", "queued"]),
    st.integers(0, 2),
    st.one_of(st.text(max_size=20), st.sampled_from(["0", "00", "*", "9", "1", "so 9", "9.", "", " ", "khong"])),
    st.booleans(),
)
def test_whatever_is_typed_has_one_meaning_and_the_page_stays_among_the_pages(phase, page, typed, in_journey):
    state = State(phase=phase, pages=["a", "b", "c"], page=page, choices=dict(CHOICES))
    action = decide(state, typed, in_journey=in_journey)
    assert isinstance(action, Show | StartOver | Continue | OpenTicket | LeaveQueue | Ask)
    assert 0 <= state.page < 3
    if isinstance(action, Ask):
        assert action.text


STATIC = {name: value for name, value in vars(texts).items() if name.isupper() and isinstance(value, str)}


@pytest.mark.parametrize("name", STATIC)
def test_our_own_screens_are_one_screen_of_160_characters_with_every_operator(name):
    text = STATIC[name].replace("{code}", "HT-7K3F9Q")
    assert units(fold(text)) <= 160
    for layout in (Layout(), Layout(160), Layout(diacritics=True)):
        pages = layout.static(text)
        assert all(page == page.strip() for page in pages)
        if not layout.diacritics:
            assert len(pages) == 1


def test_choices_skip_the_key_that_turns_the_page():
    choices = tuple(Choice(f"Lựa chọn dài số {number}", f"/{number}") for number in range(1, 13))
    pages, by_number = Layout().answer([Reply("Ông/bà chọn:", choices)])
    assert list(by_number) == ["1", "2", "3", "4", "5", "6", "7", "8", "10", "11", "12", "13"]
    assert by_number["10"] == choices[8]
    assert pages[0].endswith("9 Tiep 0 Quay lai") and pages[-1].endswith("0 Quay lai 00 Ve dau")
    shown = "\n".join(pages)
    assert all(f"{number}. {fold(choice.title)}" in shown for number, choice in by_number.items())
    assert DIALOGUE_FOOTERS[0] == "0 Quay lại 00 Về đầu"
