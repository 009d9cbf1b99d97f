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


def digits(text: str) -> str:
    return re.sub(r"\D", "", text)


def spelled_out(text: str) -> str:
    return " ".join(text.split())


def compact_capitals(text: str) -> str:
    return re.sub(r"\s", "", text).upper()


class Form(NamedTuple):
    entity: str
    pattern: re.Pattern[str]
    value: Callable[[str], str]


_NUMBER_WORDS = "mot|hai|ba|bon|tu|nam|sau|bay|tam|chin|muoi"
_COUNT = rf"(?:\d{{1,3}}|(?:muoi )?(?:{_NUMBER_WORDS})(?: muoi)?)"
_WEEKDAY = r"(?:thu\s*(?:[2-7]|hai|ba|tu|nam|sau|bay)|t[2-7]|chu nhat|cn)"
_DAY_PART = r"(?:sang|trua|chieu|toi|dem|khuya)"
_NUMERIC_DATE = r"\d{1,2}\s*[/.-]\s*\d{1,2}(?:\s*[/.-]\s*(?:\d{4}|\d{2}))?"
_SPOKEN_DATE = (
    r"(?:ngay|mung|mong|hom)\s+(?:mung |mong )?\d{1,2}(?:\s+thang\s+\d{1,2}(?:\s+(?:nam\s+)?\d{4})?)?|\d{1,2}\s+thang\s+\d{1,2}(?:\s+(?:nam\s+)?\d{4})?"
)
_NEAR_DAY = r"(?:hom nay|bua nay|hom qua|hom kia|ngay mai|ngay kia|ngay mot|toi nay|dem nay|chieu nay|sang nay|trua nay|mai|mot)"
_WEEK = r"(?:tuan (?:nay|sau|toi|truoc|roi))"
_DATE = (
    rf"{_NUMERIC_DATE}|{_SPOKEN_DATE}"
    rf"|(?:{_DAY_PART}\s+)?{_WEEKDAY}(?:\s+{_WEEK})?(?:\s+(?:nay|sau|toi))?"
    rf"|(?:{_DAY_PART}\s+)?(?:mai|ngay mai|ngay kia|hom nay|hom qua|hom kia)|{_DAY_PART}\s+(?:nay|mai|qua)"
    rf"|cuoi {_WEEK}|{_WEEK}|cuoi thang(?: nay| sau)?|(?:thang|dau thang) (?:nay|sau|toi)|{_COUNT} (?:ngay|hom|tuan|thang) (?:nua|sau|toi)"
)


def _form(entity: str, pattern: str, value: Callable[[str], str]) -> Form:
    return Form(entity, re.compile(rf"(?<![\w]){pattern}(?![\w])"), value)


# In this order: what an earlier form has taken, a later one does not see.
FORMS = (
    _form("receipt_code", r"(?:ht|lt|hs|cc)\s?-\s?[a-z0-9]{4,12}(?:-[a-z0-9]{2,8})*|\d{3}\.\d{2}\.\d{2}\.[a-z]?\d{2,3}-\d{6}-\d{4,6}", compact_capitals),
    _form("citizen_number", r"\d(?:[ .-]?\d){11}", digits),
    _form("phone", r"(?:\+?84|0)(?:[ .-]?\d){9}", digits),
    _form("passport_number", r"[a-z]{1,2}\s?\d{6,8}", compact_capitals),
    _form("date", rf"(?:{_DATE})", spelled_out),
    _form("guest_count", rf"{_COUNT}(?=\s+(?:nguoi|khach|vi khach|thanh vien|dua|chau|be|nguoi khach|ban)\b)", spelled_out),
    _form("night_count", rf"{_COUNT}(?=\s+(?:dem|ngay dem)\b)", spelled_out),
)


def find_entities(text: str) -> List[Dict[Text, Any]]:
    """Rasa entity dictionaries, in reading order, offsets in the text as it was typed."""
    folded, origin = fold_with_offsets(text)
    free = folded
    found: List[Dict[Text, Any]] = []
    for form in FORMS:
        for match in form.pattern.finditer(free):
            start, end = origin[match.start()], origin[match.end() - 1] + 1
            found.append({"entity": form.entity, "start": start, "end": end, "value": form.value(text[start:end])})
        free = form.pattern.sub(lambda match: "\x00" * len(match[0]), free)
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
