"""Questions whose unit is known, with and without diacritics, asked to the real bot: what became of them.

python -m tests.bench bank               the 94 questions of the bank in three registers, and the spoken lines that no unit holds
python -m tests.bench.bank -v            also lists every question that was not answered right
python -m tests.bench.bank [-v] X.tsv    another table instead (columns unit, register, text)
"""

import sys
import tempfile
from collections import Counter
from pathlib import Path

from scripts.local_stack import LocalStack
from tests.conversations.bank import OUTCOMES, SPOKEN, Asked, Result, ask_all, questions, questions_of


def main() -> int:
    verbose, tables = "-v" in sys.argv, [Path(argument) for argument in sys.argv[1:] if argument != "-v"]
    wanted = {table.name: questions_of(table) for table in tables} or {"bank": questions(), SPOKEN.name: questions_of(SPOKEN)}
    for name, results in _asked(wanted).items():
        print(f"\n{name}")
        print_table(results)
        for result in results if verbose else ():
            if result.outcome != "right":
                print(f"{result.asked.name} {result.outcome:17} {result.asked.text} → {result.got}")
    return 0


def _asked(wanted: dict[str, list[Asked]]) -> dict[str, list[Result]]:
    """All lists at one bot."""
    with tempfile.TemporaryDirectory(prefix="troly-bench-") as directory:
        stack = LocalStack(Path(directory))
        stack.prepare()
        try:
            stack.start("sandbox", "actions", "bot")
            stack.wait_ready(seconds=180)
            return {name: list(ask_all(stack.url("bot"), stack.environment["BOT_TOKEN"], asked)) for name, asked in wanted.items()}
        finally:
            stack.stop()


def print_table(results: list[Result]) -> None:
    """Counts by register, with marks and without."""
    print(f"{'':32}" + "".join(f"{outcome:>19}" for outcome in OUTCOMES))
    for register in dict.fromkeys(result.asked.register for result in results):
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
