"""`python -m tests.fuzz.run --count 1000000`: spreads the inputs over the targets and fails on the first finding.

Each target runs in a process of its own with a limit of memory (1 GiB) and of time per input (5 s); all of them end by `--seconds`.
"""

import argparse
import concurrent.futures
import os
import re
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from tests.fuzz.targets import TARGETS

ROOT = Path(__file__).resolve().parents[2]
SECONDS_PER_INPUT, MEGABYTES = 5, 1024
_DONE = re.compile(r"Done (\d+) runs in (\d+) second")


@dataclass(frozen=True)
class Outcome:
    name: str
    inputs: int
    seconds: float
    finding: str


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=50_000, help="inputs over all targets")
    parser.add_argument("--seconds", type=int, default=3600, help="limit for the whole run")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--targets", nargs="*", default=list(TARGETS), choices=list(TARGETS))
    options = parser.parse_args()
    began = time.monotonic()
    shares = {name: TARGETS[name].share for name in options.targets}
    counts = {name: -(-options.count * share // sum(shares.values())) for name, share in shares.items()}
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        costly_first = sorted(counts, key=lambda name: TARGETS[name].share)
        outcomes = list(pool.map(lambda name: _run(name, counts[name], began + options.seconds), costly_first))
    return _report(outcomes, options.count, time.monotonic() - began)


def _run(name: str, count: int, deadline: float) -> Outcome:
    seconds = max(1, int(deadline - time.monotonic()))
    with tempfile.TemporaryDirectory(prefix="fuzz") as folder:
        corpus = Path(folder, "corpus")
        corpus.mkdir()
        limits = [f"-runs={count}", f"-max_total_time={seconds}", f"-timeout={SECONDS_PER_INPUT}", f"-rss_limit_mb={MEGABYTES}"]
        limits += [f"-max_len={TARGETS[name].longest}", f"-artifact_prefix={folder}/", "-print_final_stats=0", "-verbosity=1"]
        command = ["nice", "-n", "10", sys.executable, "-m", "tests.fuzz.atheris_worker", name, str(corpus), *limits]
        result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, errors="replace", check=False)
        done = _DONE.search(result.stderr)
        finding = "" if result.returncode == 0 and done else _finding(result.stdout + result.stderr, Path(folder))
        return Outcome(name, int(done[1]) if done else 0, float(done[2]) if done else 0.0, finding)


def _finding(output: str, folder: Path) -> str:
    inputs = [f"{file.name}: {file.read_bytes().hex()}" for file in folder.iterdir() if file.is_file()]
    return "\n".join([output[-4000:], *inputs])


def _report(outcomes: list[Outcome], wanted: int, seconds: float) -> int:
    for outcome in outcomes:
        sys.stdout.write(f"{outcome.name:18} {outcome.inputs:>9,} inputs  {outcome.seconds:5.0f} s  {'FINDING' if outcome.finding else 'ok'}\n")
    total = sum(outcome.inputs for outcome in outcomes)
    sys.stdout.write(f"{'all':18} {total:>9,} inputs  {seconds:5.0f} s\n")
    for outcome in outcomes:
        if outcome.finding:
            sys.stdout.write(f"\n══ {outcome.name}\n{outcome.finding}\n")
    if total < wanted:
        sys.stdout.write(f"only {total:,} of {wanted:,} inputs were tried\n")
    return 1 if total < wanted or any(outcome.finding for outcome in outcomes) else 0


if __name__ == "__main__":
    sys.exit(main())
