"""Questions that lean on what was said before: "thế còn trẻ em thì sao?", "bao lâu?", "mất bao nhiêu tiền?". Pure."""

import re
from functools import cache
from pathlib import Path

import yaml

from actions.knowledge.search import Index
from actions.knowledge.units import Unit
from actions.knowledge.words import plain, telling
from integrations.core.text import fold

_FOLLOW_UP = re.compile(
    r"^(?:the |vay |rua |ua |a )?(?:con|neu|doi voi|voi|truong hop)\b.{2,40}?(?:thi sao|thi rang|the nao|thi the nao|ra sao|sao|a|nhi|he)?$"
    r"|\bthi (?:sao|rang|the nao|ra sao)$|^(?:and )?what about .+|^(?:and )?(?:for|if) .{3,40}$"
)
_LEANING = re.compile(r"^(?:the |vay |rua |ua |a |and |what about )*(?:con neu|con|neu|doi voi|truong hop|for|if)? ?|(?: thi)? (?:sao|rang|the nao|ra sao)$")
_LONGEST = 9
_BARE = 3
KEPT_WEIGHT = 0.6
FINE = "bi_phat"
SAME_LABEL, SAME_TOPIC = 0.15, 0.15
NEW_WORDS_AT_LEAST = 0.25


@cache
def _facets() -> frozenset[str]:
    """Words of questions without a subject of their own."""
    return frozenset(yaml.safe_load((Path(__file__).parent / "facets.yml").read_text(encoding="utf-8")))


def is_follow_up(text: str) -> bool:
    """Whether it leans on what was said before: by its form, or because it asks for nothing but a place, a time, a price, papers."""
    folded = " ".join(re.findall(r"\w+", fold(text)))
    return len(folded.split()) <= _LONGEST and (bool(_FOLLOW_UP.search(folded)) or set(telling(text)) <= _facets())


def asks_what_to_do(text: str) -> bool:
    """Whether it asks for nothing but what to do: after a warning that is what the warning says."""
    return set(telling(text)) <= {"the_nao", "lam", "gi", "sao"}


def is_bare(text: str) -> bool:
    """Whether it names no subject at all: "bao lâu?"; without an answer before, nobody can know what is meant."""
    return len(text.split()) <= _BARE and set(telling(text)) <= _facets()


def relatives(text: str, index: Index, previous: Unit) -> list[tuple[Unit, float]]:
    """Units that answer the new words for the subject of `previous`, with what speaks for each, the likeliest first. A fine is told only when asked about."""
    new = _new_words(text)
    about_fines = FINE in new
    added, kept = index.coverage(new), index.coverage(_kept_words(new, previous))
    found = [
        (unit, float(said + KEPT_WEIGHT * same) + SAME_LABEL * bool(unit.labels & previous.labels) + SAME_TOPIC * (unit.topic == previous.topic))
        for unit, said, same in zip(index.units, added, kept, strict=True)
        if said >= NEW_WORDS_AT_LEAST and unit.id != previous.id and (FINE in plain(unit.title)) <= about_fines
    ]
    return sorted(found, key=lambda entry: -entry[1])


def _kept_words(new: str, previous: Unit) -> str:
    """Of the question before: its subject when another side is asked for ("bao lâu?"), all of it when another subject is ("thế còn trẻ em?")."""
    before = telling(previous.title)
    return " ".join(word for word in before if word not in _facets()) if _facets() & set(new.split()) else " ".join(before)


def _new_words(text: str) -> str:
    """What the follow-up adds: "thế còn trẻ em thì sao?" → "tre_em"."""
    words = " ".join(re.findall(r"\w+", fold(text)))
    return plain(_LEANING.sub("", words) or words)
