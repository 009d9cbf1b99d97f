"""`python -m integrations.desk.catalog`: brings the Babel catalogs up to date with the texts in code and templates; translations are kept."""

import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from integrations.desk.texts import LANGUAGES, LOCALE, SOURCE

HERE = Path(__file__).parent
METHODS = [("**.py", "python"), ("templates/**.html", "jinja2.ext:babel_extract")]
OPTIONS = {"templates/**.html": {"trim_blocks": "true", "lstrip_blocks": "true", "silent": "false"}}
KEYWORDS = {"_": None, "gettext": None, "mark": None}


def source_texts() -> Iterator[str]:
    """Every text marked for translation."""
    for _, _, text, _, _ in extract_from_dir(HERE, METHODS, OPTIONS, KEYWORDS):
        yield text if isinstance(text, str) else text[0]


def updated(language: str) -> Catalog:
    """The catalog with exactly the present texts."""
    path = LOCALE / language / "LC_MESSAGES" / "desk.po"
    known = {}
    if path.exists():
        with path.open("rb") as file:
            known = {message.id: message.string for message in read_po(file, locale=language) if message.id}
    catalog = Catalog(locale=language, project="Trợ lý 06", fuzzy=False)
    for text in sorted(set(source_texts())):
        catalog.add(text, known.get(text, ""))
    return catalog


def main() -> int:
    for language in LANGUAGES:
        if language == SOURCE:
            continue
        catalog = updated(language)
        path = LOCALE / language / "LC_MESSAGES" / "desk.po"
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            write_po(file, catalog, width=160, omit_header=False, sort_output=True)
        missing = [str(message.id) for message in catalog if message.id and not message.string]
        sys.stdout.write(f"{language}: {len(catalog)} texts, {len(missing)} without a translation\n" + "".join(f"  {text}\n" for text in missing))
    return 0


if __name__ == "__main__":
    sys.exit(main())
