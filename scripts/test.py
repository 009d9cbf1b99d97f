"""`make test`: every check of the product, in stages, cheapest first. Ends with one line of counts and what to do next.

`python -m scripts.test NAME …` runs only the named stages. All stages run even when one fails; the exit code tells.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
import xml.etree.ElementTree as ElementTree

from scripts.local_stack import ROOT, load_secrets

RESULTS = ROOT / "var" / "test-results"
PYTEST = [str(ROOT / ".venv/bin/python"), "-m", "pytest", "-q"]
BOT_PYTHON = str(ROOT / "bot/.venv/bin/python")

PARTS = ["tests/unit", "tests/contract", "tests/system", "tests/golden", "tests/fuzz"]

STAGES: dict[str, list[str]] = {
    "style": [".venv/bin/ruff", "check", "."],
    "format": [".venv/bin/ruff", "format", "--check", "."],
    "import-rules": [".venv/bin/lint-imports"],
    "compose": ["docker-compose", "config", "--quiet"],
    "training": [BOT_PYTHON, "bot/train.py"],
    "validation": [BOT_PYTHON, "bot/train.py", "--validate-only"],
    "bot": [BOT_PYTHON, "-m", "pytest", "-q", "-c", "bot/pytest.ini", "tests/unit/bot"],
    "parts": [*PYTEST, "-n", "2", "--dist", "loadfile", "-m", "not stack and not browser", *PARTS],
    "fuzz": [str(ROOT / ".venv/bin/python"), "-m", "tests.fuzz.run", "--count", "50000"],
    "whole": [*PYTEST, "-m", "stack or browser", "tests"],
}


def main() -> int:
    RESULTS.mkdir(parents=True, exist_ok=True)
    names = sys.argv[1:] or list(STAGES)
    codes = {name: run(name, STAGES[name]) for name in names}
    failed = [name for name, code in codes.items() if code]
    passed, broken, skipped = counts(names)
    print(
        "\n"
        + ("Failed: " + ", ".join(failed) + f". Run one again: .venv/bin/python -m scripts.test {failed[0]}" if failed else "All stages passed. Next: make up")
    )
    print(f"{passed} passed, {broken} failed, {skipped} skipped")
    return 1 if failed else 0


def run(name: str, command: list[str]) -> int:
    print(f"\n── {name}", flush=True)
    started = time.monotonic()
    if "pytest" in command:
        command = [*command, f"--junitxml={RESULTS / name}.xml"]
        (RESULTS / f"{name}.xml").unlink(missing_ok=True)
    code = subprocess.run(command, cwd=ROOT, env=environment(name)).returncode
    print(f"── {name}: {'ok' if code == 0 else 'FAILED'} in {time.monotonic() - started:.0f} s", flush=True)
    return code


def environment(name: str) -> dict[str, str]:
    """The tests' environment: compiled bytecode on, one numeric thread; compose needs its required secrets filled in to be checked."""
    inherited = {key: value for key, value in os.environ.items() if key not in ("PYTHONDONTWRITEBYTECODE", "VIRTUAL_ENV")}
    secrets = load_secrets(ROOT / "var" / "compose-check.env") if name == "compose" else {}
    return {**inherited, **secrets, "OMP_NUM_THREADS": "1", "RASA_TELEMETRY_ENABLED": "false", "TF_CPP_MIN_LOG_LEVEL": "3"}


def counts(names: list[str]) -> tuple[int, int, int]:
    """Passed, failed and skipped tests over the stages that were pytest runs."""
    total = broken = skipped = 0
    for path in (RESULTS / f"{name}.xml" for name in names):
        if path.exists():
            for suite in ElementTree.parse(path).iter("testsuite"):  # noqa: S314 (a file pytest has just written)
                total += int(suite.get("tests", 0))
                broken += int(suite.get("failures", 0)) + int(suite.get("errors", 0))
                skipped += int(suite.get("skipped", 0))
    return total - broken - skipped, broken, skipped


if __name__ == "__main__":
    sys.exit(main())
