"""HTML of the desk: templates with autoescaping always on, in the reader's language."""

from functools import cache, partial
from pathlib import Path

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from integrations.core.clock import VIETNAM
from integrations.core.masking import mask_name, mask_phone, mask_text
from integrations.desk.access.permissions import allows
from integrations.desk.accounts.service import Visitor
from integrations.desk.labels import label
from integrations.desk.office.service import DAY
from integrations.desk.texts import LANGUAGES, SOURCE, Words

TEMPLATES = Path(__file__).with_name("templates")
PAGES = frozenset(f"/desk/{name}" for name in ("conversations", "tickets", "learning", "board", "reports", "configuration", "staff", "audit"))


@cache
def environment(language: str) -> Environment:
    """The templates in one language. What a citizen wrote is never marked safe: nothing here uses `|safe`, and a test looks."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, extensions=["jinja2.ext.i18n"]
    )
    words = Words(language)
    made.install_gettext_callables(words.text, lambda one, many, n: words.text(one if n == 1 else many), newstyle=True)  # type: ignore[attr-defined]
    made.globals |= {"words": words, "pages": PAGES, "label": partial(label, words.language), "languages": LANGUAGES}
    made.filters |= {
        "personal": personal,
        "masked": lambda text: mask_text(text or ""),
        "moment": words.moment,
        "clock": words.clock,
        "typed_day": lambda day: day.strftime(DAY),
        "field": lambda at: "" if at is None else at.astimezone(VIETNAM).strftime("%Y-%m-%dT%H:%M"),
        "duration": words.length,
        "number": words.number,
        "score": words.score,
        "day": words.day,
        "percent": words.percent,
    }
    return made


def personal(value: str | None, kind: str) -> str:
    """A name or a phone number as lists may show it."""
    return "–" if not value else mask_name(value) if kind == "name" else mask_phone(value)


def language_of(request: Request, visitor: Visitor | None) -> str:
    """The member's own language; before sign-in the one remembered in a cookie."""
    chosen = visitor.member.language if visitor else request.cookies.get("desk_language", SOURCE)
    return chosen if chosen in LANGUAGES else SOURCE


def render(request: Request, template: str, visitor: Visitor | None, *, status: int = 200, **context: object) -> HTMLResponse:
    """A page or a fragment. Templates see `visitor`, `may(permission)`, `path`, `now` and the given context."""
    found = environment(language_of(request, visitor)).get_template(template)
    html = found.render(
        visitor=visitor, path=request.url.path, now=request.app.state.settings.now(), language=language_of(request, visitor),
        may=lambda permission: visitor is not None and allows(visitor.role, permission), **context,
    )  # fmt: skip
    return HTMLResponse(html, status)
