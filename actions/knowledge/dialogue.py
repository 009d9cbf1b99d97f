"""Texts of the dialogue that state the law outside the units. They are found by what they say, so nobody need remember to list a new one."""

import re
from pathlib import Path
from typing import Any

import yaml

from integrations.core.text import fold

DOMAIN = Path(__file__).resolve().parents[2] / "bot" / "domain"

_LAW = re.compile(
    r"\b(?:qua|khong qua|trong|duoi|tu|nhieu nhat|la|phi|of|in|within|under|up to) \d+ (?:ngay|gio|tuoi|nam|dong|days?|hours?|working|years?)\b"
    r"|\b(?:ct01|tk01|luat|nghi dinh|thong tu|mien phi|khong mat (?:phi|tien)|quy dinh|han bao|the law|deadline)\b"
)


def law_texts(directory: Path = DOMAIN) -> dict[str, dict[str, Any]]:
    """Responses with a time limit, an amount, a form or the word of the law in any variation; each as what a reviewer approves: `{"texts": […]}`."""
    found: dict[str, dict[str, Any]] = {}
    for path in sorted(directory.glob("*.yml")):
        for name, variations in (yaml.safe_load(path.read_text(encoding="utf-8")).get("responses") or {}).items():
            texts = list(dict.fromkeys(option["text"] for option in variations))
            if any(_LAW.search(fold(text)) for text in texts):
                found[name] = {"texts": texts}
    return found
