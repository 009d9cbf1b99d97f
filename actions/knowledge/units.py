"""Knowledge units as values: read from YAML, checked, chosen by date. The form is described in nlu_data/knowledge/README.md."""

import re
from collections.abc import Iterable
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from actions.knowledge import KnowledgeError

KNOWLEDGE = Path(__file__).resolve().parents[2] / "nlu_data" / "knowledge"
APPROVALS = KNOWLEDGE.parent / "approvals.yml"
SMS_LENGTH, USSD_LENGTH, CITE_LENGTH = 300, 150, 33


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class Answer(_Strict):
    """The words of an answer, one wording for each kind of channel."""

    chat: str = Field(min_length=10)
    detail: str | None = None
    sms: str = Field(min_length=10, max_length=SMS_LENGTH)
    ussd: str = Field(min_length=10, max_length=USSD_LENGTH)
    en: str | None = Field(default=None, max_length=SMS_LENGTH)

    def texts(self) -> list[str]:
        """Every wording there is."""
        return [text for text in (self.chat, self.detail, self.sms, self.ussd, self.en) if text]


class Version(_Strict):
    """What is right in one span of time; both ends belong to it. `status` follows from the record of approvals and never from the unit's own file."""

    effective_from: date | None = None
    effective_to: date | None = None
    source: str = Field(min_length=2)
    cite: str = Field(min_length=2, max_length=CITE_LENGTH)
    certainty: Literal["seen", "second_hand", "unverified"]
    checked_on: date
    status: Literal["needs_legal_review", "approved"]
    answer: Answer

    def content(self) -> dict[str, Any]:
        """What a reviewer approves: dates, source, certainty and every word, as plain values."""
        return self.model_dump(mode="json", include={"effective_from", "effective_to", "source", "cite", "certainty", "answer"})

    def holds_on(self, day: date) -> bool:
        """Whether the span contains the day."""
        return (self.effective_from or date.min) <= day <= (self.effective_to or date.max)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.effective_from and self.effective_to and self.effective_from > self.effective_to:
            raise ValueError("effective_to lies before effective_from")
        return self


class Unit(_Strict):
    """One question with its dated answers."""

    id: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    bank: str | list[str] | None = None
    label: str
    also: list[str] = []
    questions: list[str] = Field(min_length=3)
    english: str | None = None
    journeys: list[str] = []
    owner: str
    safety: bool = False
    must_have: list[str] = []
    never_say: list[str] = []
    versions: list[Version] = Field(min_length=1)
    topic: str = ""

    @property
    def labels(self) -> frozenset[str]:
        """Every label that its questions may rightly get, its own first of all."""
        return frozenset({self.label, *self.also})

    @property
    def title(self) -> str:
        """The question as a choice shows it."""
        return self.questions[0]

    def title_in(self, language: str) -> str:
        """The title in this language, Vietnamese when there is none."""
        return self.english or self.title if language == "en" else self.title

    def version_on(self, day: date) -> Version | None:
        """The version that holds on the day, or None when there is none."""
        return next((version for version in self.versions if version.holds_on(day)), None)

    @field_validator("must_have", "never_say", mode="before")
    @classmethod
    def _as_text(cls, patterns: list[object]) -> list[str]:
        return [str(pattern) for pattern in patterns]

    @field_validator("must_have", "never_say")
    @classmethod
    def _patterns(cls, patterns: list[str]) -> list[str]:
        for pattern in patterns:
            try:
                re.compile(pattern)
            except re.error as error:
                raise ValueError(f"not a regular expression: {pattern!r} ({error})") from error
        return patterns

    @model_validator(mode="after")
    def _titled_in_english(self) -> Self:
        if any(version.answer.en for version in self.versions) and not self.english:
            raise ValueError("an English answer needs `english`, the question in English")
        return self

    @model_validator(mode="after")
    def _no_overlap(self) -> Self:
        spans = sorted((version.effective_from or date.min, version.effective_to or date.max) for version in self.versions)
        for (_, end), (start, _) in pairwise(spans):
            if start <= end:
                raise ValueError(f"two versions hold on {start}")
        return self


class Approval(_Strict):
    """Who of the province's legal staff approved which words, and when."""

    unit: str
    by: str = Field(min_length=3)
    on: date
    version: dict[str, Any]


def read_units(directory: Path = KNOWLEDGE, approvals: Path = APPROVALS) -> list[Unit]:
    """All units below a directory, in file order, each version with the status that the record of approvals gives it. Raises KnowledgeError."""
    records = read_approvals(approvals)
    units = [_judged(unit, records) for path in sorted(directory.rglob("*.yml")) for unit in read_file(path)]
    if not units:
        raise KnowledgeError(f"{directory} holds no unit")
    repeated = _repeated(unit.id for unit in units)
    if repeated:
        raise KnowledgeError(f"ids used twice: {', '.join(sorted(repeated))}")
    return units


def read_approvals(path: Path = APPROVALS) -> list[Approval]:
    """The record of approvals, the oldest first; empty when there is none. Raises KnowledgeError."""
    if not path.exists():
        return []
    try:
        return [Approval.model_validate(entry) for entry in yaml.safe_load(path.read_text(encoding="utf-8"))["approvals"] or []]
    except (OSError, yaml.YAMLError, KeyError, TypeError, ValidationError) as error:
        raise KnowledgeError(f"{path.name}: {error}") from error


def _judged(unit: Unit, records: list[Approval]) -> Unit:
    approved = [record.version for record in records if record.unit == unit.id]
    versions = [version.model_copy(update={"status": "approved" if version.content() in approved else "needs_legal_review"}) for version in unit.versions]
    return unit.model_copy(update={"versions": versions})


def read_file(path: Path) -> list[Unit]:
    """The units of one file; its name is their topic. Raises KnowledgeError."""
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        defaults = content.get("defaults", {})
        return [Unit.model_validate({**_with_defaults(entry, defaults), "topic": path.stem}) for entry in content["units"]]
    except (OSError, yaml.YAMLError, AttributeError, KeyError, TypeError, ValidationError) as error:
        raise KnowledgeError(f"{path.name}: {error}") from error


def _with_defaults(entry: dict[str, Any], defaults: dict[str, Any]) -> dict[str, Any]:
    """The file's defaults under what the unit and its versions say themselves."""
    of_versions = {name: value for name, value in defaults.items() if name in Version.model_fields}
    of_unit = {name: value for name, value in defaults.items() if name in Unit.model_fields}
    return {**of_unit, **entry, "versions": [{**of_versions, **version} for version in entry["versions"]]}


def _repeated(names: Iterable[str]) -> set[str]:
    seen: set[str] = set()
    return {name for name in names if name in seen or seen.add(name)}
