"""The 94 questions of the bank, each in three registers with and without diacritics, asked to the real bot: what became of them.

python -m tests.bench bank         (`python -m tests.bench.bank -v` also lists every question that was not answered right)
"""

import sys
import tempfile
from collections import Counter
from pathlib import Path

from scripts.local_stack import LocalStack
from tests.conversations.bank import OUTCOMES, REGISTERS, Result, ask_all


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="troly-bench-") as directory:
        stack = LocalStack(Path(directory))
        stack.prepare()
        try:
            stack.start("sandbox", "actions", "bot")
            stack.wait_ready(seconds=180)
            results = list(ask_all(stack.url("bot"), stack.environment["BOT_TOKEN"]))
        finally:
            stack.stop()
    table(results)
    if "-v" in sys.argv:
        for result in results:
            if result.outcome != "right":
                print(f"{result.asked.number} {result.outcome:17} {result.asked.text} → {result.got}")
    return 0


def table(results: list[Result]) -> None:
    """Counts by register, with marks and without."""
    print(f"{'':32}" + "".join(f"{outcome:>19}" for outcome in OUTCOMES))
    for register in REGISTERS:
        for marks in (True, False):
            row = [result.outcome for result in results if result.asked.register == register and result.asked.marks is marks]
            if row:
                line(f"{register}, {'as written' if marks else 'no marks'}", row)
    line("all", [result.outcome for result in results])


def line(name: str, outcomes: list[str]) -> None:
    """One row."""
    counts = Counter(outcomes)
    print(f"{name:32}" + "".join(f"{counts[outcome]:11d} ({100 * counts[outcome] / len(outcomes):4.1f} %)" for outcome in OUTCOMES))


if __name__ == "__main__":
    sys.exit(main())
