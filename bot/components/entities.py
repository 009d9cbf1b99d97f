"""Finds what citizens write in fixed forms: numbers, codes, dates, head counts. Values are plain strings.

A date stays the citizen's own words ("tối nay", "25/12"): which day that is, the actions decide with the turn's clock.
"""

from __future__ import annotations

import re
from typing import Any, Callable, Dict, List, NamedTuple, Text

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message

from components.text import fold_with_offsets

EXTRACTOR = "VietnameseEntityExtractor"
_TAKEN = "\x00"


def digits(text: str) -> str:
    return re.sub(r"\D", "", text)


def spelled_out(text: str) -> str:
    return " ".join(text.split())


def compact_capitals(text: str) -> str:
    return re.sub(r"\s", "", text).upper()


def always(_: str) -> bool:
    return True


def is_a_date(text: str) -> bool:
    """Not the words that only look like one when folded: "tôi mai mới về", "chị Mai"."""
    return "tôi" not in text.lower() and text != "Mai"


class Form(NamedTuple):
    """What one entity looks like in folded text, how its value is cleaned, and which originals are no such thing after all."""

    entity: str
    pattern: re.Pattern[str]
    value: Callable[[str], str]
    accepts: Callable[[str], bool] = always


def _form(entity: str, pattern: str, *rest: Callable[..., Any]) -> Form:
    return Form(entity, re.compile(rf"(?<!\w)(?:{pattern})(?!\w)"), *rest)


_NUMBER_WORD = "(?:mot|hai|ba|bon|tu|nam|sau|bay|tam|chin|muoi)"
_COUNT = rf"(?:\d{{1,3}}|(?:muoi\s+)?{_NUMBER_WORD}(?:\s+muoi)?)"
_WEEKDAY = r"(?:thu\s*(?:[2-7]|hai|ba|tu|nam|sau|bay)|t[2-7]|chu nhat|cn)"
_DAY_PART = r"(?:sang|trua|chieu|toi|dem|khuya)"
_DAY, _MONTH, _YEAR = r"(?:0?[1-9]|[12]\d|3[01])", r"(?:0?[1-9]|1[0-2])", r"(?:(?:19|20)\d\d)"
_WEEK = r"tuan\s+(?:nay|sau|toi|truoc|roi)"
_DATE = "|".join(
    (
        rf"{_DAY}\s*/\s*{_MONTH}(?:\s*/\s*(?:{_YEAR}|\d\d))?",
        rf"{_DAY}(?P<separator>[.-]){_MONTH}(?P=separator)(?:{_YEAR}|\d\d)",
        rf"(?:ngay|mung|mong|hom)\s+(?:mung\s+|mong\s+)?{_DAY}(?:\s+thang\s+{_MONTH}(?:\s+(?:nam\s+)?{_YEAR})?)?",
        rf"{_DAY}\s+thang\s+{_MONTH}(?:\s+(?:nam\s+)?{_YEAR})?",
        rf"(?:{_DAY_PART}\s+)?{_WEEKDAY}(?:\s+(?:{_WEEK}|nay|sau|toi))?",
        rf"(?:{_DAY_PART}\s+)?(?:ngay\s+mai|ngay\s+kia|ngay\s+mot|hom\s+nay|bua\s+nay|hom\s+qua|hom\s+kia|mai)",
        rf"{_DAY_PART}\s+(?:nay|qua)",
        rf"(?:cuoi\s+)?{_WEEK}|(?:cuoi|dau|giua)\s+thang(?:\s+(?:nay|sau|toi))?|thang\s+(?:nay|sau|toi)",
        rf"{_COUNT}\s+(?:ngay|hom|tuan|thang)\s+(?:nua|sau|toi)",
    )
)

# In this order: what an earlier form has taken, a later one does not see.
FORMS = (
    _form("receipt_code", r"(?:\d{3}[. ]\d\d[. ]\d\d[. ])?[a-z]\d\d(?:[. ]\d{2,3})*\s?[ -]\s?\d{6}\s?[ -]\s?\d{3,6}", compact_capitals),
    _form("receipt_code", r"(?:ht|lt)\s?-\s?[a-z0-9]{6,8}", compact_capitals),
    _form("citizen_number", r"\d(?:[ .-]?\d){11}", digits),
    _form("phone", r"(?:\+84|84|0)[ .-]?(?:[35789](?:[ .-]?\d){8}|2(?:[ .-]?\d){9})", digits),
    _form("passport_number", r"[a-z]{1,2}\d{6,8}", str.upper, str.isascii),
    _form("date", _DATE, spelled_out, is_a_date),
    _form("guest_count", rf"{_COUNT}(?=\s+(?:nguoi|khach|vi\s+khach|thanh\s+vien|dua|chau|be|ban)(?!\w))", spelled_out),
    _form("night_count", rf"{_COUNT}(?=\s+(?:dem|ngay\s+dem)(?!\w))", spelled_out),
)


def find_entities(text: str) -> List[Dict[Text, Any]]:
    """Rasa entity dictionaries, in reading order, offsets in the text as it was typed."""
    folded, origin = fold_with_offsets(text)
    free = folded
    found: List[Dict[Text, Any]] = []
    for form in FORMS:
        for match in form.pattern.finditer(free):
            start, end = origin[match.start()], origin[match.end() - 1] + 1
            if form.accepts(text[start:end]):
                found.append({"entity": form.entity, "start": start, "end": end, "value": form.value(text[start:end])})
                free = free[: match.start()] + _TAKEN * len(match[0]) + free[match.end() :]
    return sorted(found, key=lambda entity: entity["start"])


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class VietnameseEntityExtractor(GraphComponent, EntityExtractorMixin):
    """Adds the entities of `FORMS` to a message."""

    @classmethod
    def create(cls, config: Dict[Text, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext) -> VietnameseEntityExtractor:
        return cls()

    def process(self, messages: List[Message]) -> List[Message]:
        for message in messages:
            found = [{**entity, "extractor": EXTRACTOR} for entity in find_entities(message.get(TEXT) or "")]
            message.set(ENTITIES, message.get(ENTITIES, []) + found, add_to_output=True)
        return messages
