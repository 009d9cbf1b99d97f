"""One sentence as somebody else would have typed it: chat spellings, Hà Tĩnh words, slips of the finger, wrong or missing diacritics, no punctuation."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import yaml

from nlu_data.tools.understand import without_marks

SHARE = 0.45
SHORTEST = 3
_TONES = str.maketrans("áàảãạếềểễệốồổỗộứừửữựịíìúùấầậắặ", "àáãảaêêễểêôôỗổôưưữửưiìíùúâââăă")


@dataclass(frozen=True)
class Typist:
    """Applies one kind of noise to a share of the sentences, the same way every time."""

    chat: dict[str, list[str]]
    dialect: dict[str, list[str]]

    @classmethod
    def of(cls, path: Path) -> Typist:
        return cls(**yaml.safe_load(path.read_text(encoding="utf-8")))

    def type(self, sentence: str) -> str | None:
        """The noisy copy, or None for a sentence that is left alone."""
        chance = random.Random(sentence)  # noqa: S311 (a draw that must repeat, not a secret)
        if chance.random() > SHARE or len(sentence.split()) < SHORTEST:
            return None
        habits: list[tuple[Callable[[str, random.Random], str], float]] = [
            (self._in_dialect, 0.35), (self._in_chat, 0.25), (_slip, 0.15), (_wrong_marks, 0.1), (lambda text, _: without_marks(text), 0.15)]  # fmt: skip
        habit = chance.choices([habit for habit, _ in habits], [weight for _, weight in habits])[0]
        plain = re.sub(r"[?.!,;:]", "", sentence).strip().lower()
        typed = habit(plain, chance)
        return typed if typed != plain else None

    def _in_dialect(self, text: str, chance: random.Random) -> str:
        return _replaced(text, self.dialect, chance, 1.0)

    def _in_chat(self, text: str, chance: random.Random) -> str:
        spelled = _replaced(text, self.chat, chance, 0.8)
        return without_marks(spelled) if chance.random() < 0.4 else spelled


def _replaced(text: str, table: dict[str, list[str]], chance: random.Random, share: float) -> str:
    longest_first = sorted(table, key=len, reverse=True)
    pattern = re.compile(r"(?<!\w)(" + "|".join(map(re.escape, longest_first)) + r")(?!\w)")
    return pattern.sub(lambda match: chance.choice(table[match[1]]) if chance.random() < share else match[1], text)


def _slip(text: str, chance: random.Random) -> str:
    """One letter left out, doubled or swapped with its neighbour, in a longer word."""
    places = [index for index in range(1, len(text) - 1) if text[index - 1 : index + 2].isalpha()]
    if not places:
        return text
    at = chance.choice(places)
    return chance.choice([text[:at] + text[at + 1 :], text[:at] + text[at] + text[at:], text[:at] + text[at + 1] + text[at] + text[at + 2 :]])


def _wrong_marks(text: str, chance: random.Random) -> str:
    return "".join(letter.translate(_TONES) if chance.random() < 0.5 else letter for letter in text)
