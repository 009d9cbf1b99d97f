"""Text on plain phones: folding, counting, splitting; properties, and smpplib as an oracle for counts."""

import itertools
import re
import unicodedata

import pytest
import smpplib.gsm
from hypothesis import assume, given
from hypothesis import strategies as st

from integrations.core import text_fitting as fit
from integrations.core.text_fitting import Coding

VOWELS = "aăâeêioôơuưy"
TONES = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
ALPHABET = sorted(
    {unicodedata.normalize("NFC", letter + tone) for vowel in VOWELS for letter in (vowel, vowel.upper()) for tone in TONES}
    | set("đĐbcghklmnpqrstvxBCGHKLMNPQRSTVX")
)
vietnamese = st.text(st.sampled_from([*ALPHABET, *"0123456789 .,;:?!()/-%€[]~\n"]), max_size=600)


@pytest.mark.parametrize("form", ["NFC", "NFD", "NFKD"])
@pytest.mark.parametrize("letter", ALPHABET)
def test_every_letter_of_the_alphabet_folds_to_one_plain_letter(letter, form):
    folded = fit.fold(unicodedata.normalize(form, letter))
    assert re.fullmatch("[A-Za-z]", folded)
    assert folded.isupper() == letter.isupper()


FOLDED = [
    ("Tiếng Việt: đặt lịch", "Tieng Viet: dat lich"),
    ("ĐỀ ÁN 06", "DE AN 06"),
    ("Ông/bà đã “kích hoạt” chưa…", 'Ong/ba da "kich hoat" chua...'),
    ("hoa\u0323\u0302t", "hoat"),
    ("phí 30.000₫ – miễn phí", "phi 30.000d - mien phi"),
    ("được rồi 👍🏽", "duoc roi "),
    ("½ giờ", "1/2 gio"),
    ("Zürich Ångström São", "Zurich Angstrom Sao"),
    ("Москва", "??????"),
    ("a\u00a0b\u200bc", "a bc"),
    ("{mã} [1] €5 ~", "{ma} [1] €5 ~"),
]


@pytest.mark.parametrize(("text", "folded"), FOLDED)
def test_folding(text, folded):
    assert fit.fold(text) == folded


@given(st.text(max_size=200))
def test_folding_is_idempotent_and_always_gsm7(text):
    folded = fit.fold(text)
    assert fit.fold(folded) == folded
    assert fit.coding_of(folded) is Coding.GSM7


@given(vietnamese)
def test_folding_does_not_depend_on_the_form(text):
    assert fit.fold(unicodedata.normalize("NFD", text)) == fit.fold(unicodedata.normalize("NFC", text))


@given(st.text(st.sampled_from(sorted((fit.GSM_BASIC | fit.GSM_EXTENSION | {"ệ", "👍"}) - {"§"})), min_size=1, max_size=700))
def test_segments_agree_with_smpplib(text):
    """smpplib may cut between an escape and its character; where it does not, the counts must be equal. Its table lacks "§"."""
    parts, encoding, _ = smpplib.gsm.make_parts(text)
    assert (fit.coding_of(text) is Coding.GSM7) == (encoding == smpplib.consts.SMPP_ENCODING_DEFAULT)
    # Without pairs both do the same; with pairs ours may need one part more, never less.
    has_pairs = (fit.coding_of(text) is Coding.GSM7 and any(letter in fit.GSM_EXTENSION for letter in text)) or "👍" in text
    if has_pairs:
        assert len(parts) <= fit.sms_segments(text) <= len(parts) + 1
    else:
        assert fit.sms_segments(text) == len(parts)


@pytest.mark.parametrize(
    ("text", "segments"),
    [
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("€" * 153, 3),
        ("ệ" * 70, 1),
        ("ệ" * 71, 2),
        ("ệ" * 135, 3),
    ],
)
def test_segments(text, segments):
    assert fit.sms_segments(text) == segments


def words(text: str) -> list[str]:
    return text.split()


@given(vietnamese, st.integers(20, 160))
def test_pieces_fit_and_rejoin(text, limit):
    pieces = fit.split_words(text, limit)
    assert all(len(piece) <= limit and piece == piece.strip() and piece for piece in pieces)
    if all(len(word) <= limit for word in words(text)):
        assert words(" ".join(pieces)) == words(text)
    else:
        assert "".join(words("".join(pieces))) == "".join(words(text))


@given(vietnamese, st.integers(1, 4), st.booleans())
def test_sms_messages_fit_and_rejoin(text, segments, diacritics):
    messages = fit.fit_sms(text, diacritics=diacritics, segments=segments)
    assert all(fit.sms_segments(message) <= segments for message in messages)
    bodies = messages if len(messages) == 1 else [re.sub(rf"^\({number}/{len(messages)}\) ", "", message) for number, message in enumerate(messages, 1)]
    expected = unicodedata.normalize("NFC", text) if diacritics else fit.fold(text)
    assert "".join(words("".join(bodies))) == "".join(words(expected))


@given(
    st.lists(st.sampled_from(["HT-7K3F9Q", "0912 345 678", "1900 0368", "042078001234", "25/12/2026", "LT-20261123-0042", "xin", "ong/ba", "goi"]), max_size=80)
)
def test_a_code_or_a_number_is_never_cut(parts):
    assume(not any(first[-1].isdigit() and second[0].isdigit() for first, second in itertools.pairwise(parts)))
    for message in fit.fit_sms(" ".join(parts), segments=1):
        rest = re.sub(r"^\(\d+/\d+\) ", "", message)
        for part in sorted(set(parts), key=len, reverse=True):
            rest = rest.replace(part, "")
        assert not rest.strip()


def test_numbering():
    messages = fit.fit_sms("mot hai ba bon nam " * 90, segments=1)
    assert len(messages) >= 10
    assert messages[0].startswith(f"(1/{len(messages)}) mot")
    assert messages[9].startswith(f"(10/{len(messages)}) ")


FOOTERS = ("0 Quay lai", "9 Tiep 0 Quay lai", "9 Tiep 0 Quay lai", "0 Quay lai")


@given(vietnamese, st.booleans(), st.sampled_from([None, 160, 120]))
def test_ussd_screens_fit_and_rejoin(text, diacritics, limit):
    limit = None if diacritics else limit
    screens = fit.fit_ussd(text, footers=FOOTERS, diacritics=diacritics, limit=limit)
    coding = Coding.UCS2 if diacritics else Coding.GSM7
    most = limit or (fit.USSD_UCS2_UNITS if diacritics else fit.USSD_SEPTETS)
    assert all(fit.units(screen, coding) <= most for screen in screens)
    bodies = [screen.rpartition("\n")[0] for screen in screens]
    expected = unicodedata.normalize("NFC", text) if diacritics else fit.fold(text)
    assert "".join(words("".join(bodies))) == "".join(words(expected))


def test_a_choice_is_not_parted_by_a_page():
    text = "Ong/ba can gi?\n" + "\n".join(f"{number}. Xem the can cuoc da lam xong chua, lan thu {number}" for number in range(1, 8))
    screens = fit.fit_ussd(text, footers=FOOTERS)
    assert len(screens) == 3
    assert all(re.search(r"lan thu \d\n(9 Tiep )?0 Quay lai$", screen) for screen in screens)
