"""The step graph, read from `graph.yml` and checked."""

from functools import cache
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, model_validator


class EidStep(BaseModel):
    """A question with choices, a check that goes on by itself, or an end."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    choices: dict[str, str] = {}
    check: Literal["service_status"] | None = None
    ok: str | None = None
    busy: str | None = None
    end: Literal["done", "person", "ticket", "kiosk"] | None = None
    ticket: Literal["call_back", "appointment", "home_visit"] | None = None
    reason: str | None = None

    @model_validator(mode="after")
    def _one_kind(self) -> "EidStep":
        if sum((bool(self.choices), self.check is not None, self.end is not None)) != 1:
            raise ValueError("a step has choices, a check or an end")
        if self.check and not (self.ok and self.busy):
            raise ValueError("a check needs ok and busy")
        if (self.end == "ticket") != (self.ticket is not None and self.reason is not None):
            raise ValueError("a ticket needs its kind and reason")
        return self

    @property
    def next_steps(self) -> set[str]:
        """Where one can get from here."""
        return {*self.choices.values(), *(step for step in (self.ok, self.busy) if step)}


class EidGraph(BaseModel):
    """All steps; `jumps` are intents that lead straight to a step."""

    start: str
    jumps: dict[str, str]
    steps: dict[str, EidStep]

    @model_validator(mode="after")
    def _connected(self) -> "EidGraph":
        named = {self.start, *self.jumps.values()}.union(*(step.next_steps for step in self.steps.values()))
        if named - set(self.steps):
            raise ValueError(f"unknown steps: {sorted(named - set(self.steps))}")
        return self


@cache
def graph() -> EidGraph:
    """The graph. Raises ValueError when the file is inconsistent."""
    return EidGraph.model_validate(yaml.safe_load((Path(__file__).parent / "graph.yml").read_text(encoding="utf-8")))
