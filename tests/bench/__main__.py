"""`make bench`: runs every benchmark of this folder, one after the other, each printing its figures beside their baseline.

`python -m tests.bench NAME …` runs only the named ones. A benchmark is a module with a `main()`.
"""

from __future__ import annotations

import pathlib
import subprocess
import sys
import time

FOLDER = pathlib.Path(__file__).parent


def main() -> int:
    available = sorted(path.stem for path in FOLDER.glob("*.py") if not path.stem.startswith("_") and "def main(" in path.read_text())
    unknown = set(sys.argv[1:]) - set(available)
    if unknown:
        sys.exit(f"No benchmark named {', '.join(sorted(unknown))}. There are: {', '.join(available)}")
    codes = {name: run(name) for name in sys.argv[1:] or available}
    failed = [name for name, code in codes.items() if code]
    print("\n" + (f"Did not finish: {', '.join(failed)}" if failed else f"{len(codes)} benchmarks finished"))
    return 1 if failed else 0


def run(name: str) -> int:
    print(f"\n══ {name}", flush=True)
    started = time.monotonic()
    code = subprocess.run([sys.executable, "-m", f"tests.bench.{name}"], cwd=FOLDER.parent.parent).returncode
    print(f"══ {name}: {time.monotonic() - started:.0f} s", flush=True)
    return code


if __name__ == "__main__":
    sys.exit(main())
