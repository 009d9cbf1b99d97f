"""Logs without citizens' words: JSON lines with ids, and of an error its type and place, never its message.

Rasa and the libraries below it put the text of a message, slots or a whole tracker into what they log when something fails. Their records
are therefore cut to level, logger and line; only our own loggers (`bot.*`) write sentences, and those have no personal data in them.
"""

from __future__ import annotations

import json
import logging
import sys
import traceback
from datetime import datetime, timezone
from typing import Any, Dict, List, Optional

import structlog

_FIELDS = ("message_id", "error", "seconds", "model", "address")


class PlainFacts(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        ours = record.name == "bot" or record.name.startswith("bot.")
        line: Dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, timezone.utc).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
        }
        line["event"] = record.getMessage() if ours else f"{record.module}:{record.lineno}"
        line.update({name: getattr(record, name) for name in _FIELDS if ours and hasattr(record, name)})
        if record.exc_info and record.exc_info[1]:
            line["causes"] = _causes(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False)


def _causes(error: Optional[BaseException]) -> List[str]:
    """Type and innermost place of an error and of what led to it."""
    causes: List[str] = []
    while error is not None and len(causes) < 8:
        frames = traceback.extract_tb(error.__traceback__)
        place = f" at {frames[-1].filename.rsplit('/', 2)[-1]}:{frames[-1].lineno}" if frames else ""
        causes.append(f"{type(error).__module__}.{type(error).__name__}{place}")
        error = error.__cause__ or error.__context__
    return causes


def configure(level: int = logging.INFO) -> None:
    """Sends every log of the process through `PlainFacts` to standard output; foreign loggers from WARNING on."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(PlainFacts())
    logging.root.handlers = [handler]
    logging.root.setLevel(logging.WARNING)
    logging.getLogger("bot").setLevel(level)
    structlog.configure(
        processors=[_only_the_name],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING),
        cache_logger_on_first_use=True,
    )


def _only_the_name(_: Any, __: str, event: Dict[str, Any]) -> str:
    """structlog's events carry texts in their fields; the event's own name says enough."""
    return str(event.get("event", ""))
