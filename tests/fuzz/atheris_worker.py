"""One coverage-guided fuzzing run of one target: `python -m tests.fuzz.atheris_worker NAME CORPUS [libFuzzer options]`."""

import sys
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["verification_service.chip", "asn1crypto"]):
    from tests.fuzz.targets import TARGETS, attempt


def main() -> None:
    name, corpus, arguments = sys.argv[1], Path(sys.argv[2]), [sys.argv[0], *sys.argv[2:]]
    target = TARGETS[name]
    for index, seed in enumerate(target.seeds()):
        (corpus / f"seed{index}").write_bytes(seed)
    atheris.Setup(arguments, lambda data: attempt(target, data))
    atheris.Fuzz()


if __name__ == "__main__":
    main()
