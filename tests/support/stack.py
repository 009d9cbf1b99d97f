"""pytest plugin: the whole product, really running, for the tests marked `stack`.

`stack` is shared by the session (nobody may kill its processes); `own_stack` is a fresh one for tests that break things.
"""

from __future__ import annotations

import pathlib
import subprocess
import tempfile
from collections.abc import Iterator

import pytest

from scripts.local_stack import ROOT, LocalStack


@pytest.fixture(scope="session")
def trained_model() -> pathlib.Path:
    """The language model, trained first when its inputs changed."""
    subprocess.run([str(ROOT / "bot/.venv/bin/python"), "train.py"], cwd=ROOT / "bot", check=True)
    return ROOT / "bot/models/current.tar.gz"


@pytest.fixture(scope="session")
def stack(trained_model: pathlib.Path) -> Iterator[LocalStack]:
    yield from running_stack()


@pytest.fixture
def own_stack(trained_model: pathlib.Path) -> Iterator[LocalStack]:
    yield from running_stack()


def running_stack(overrides: dict[str, str] | None = None) -> Iterator[LocalStack]:
    """Starts every process of the Procfile on free ports in a short-lived directory (a socket path may have 107 characters at most)."""
    with tempfile.TemporaryDirectory(prefix="troly-") as directory:
        running = LocalStack(pathlib.Path(directory), overrides=overrides)
        running.prepare()
        running.start()
        try:
            running.wait_ready(seconds=120)
            yield running
        finally:
            running.stop()
