"""Programs from npm as peers, at the versions of `node/package-lock.json`; tests are skipped where Node or its registry is out of reach."""

import shutil
import subprocess
from pathlib import Path

import pytest

FOLDER = Path(__file__).with_name("node")
PACKAGES = ("twilio", "oidc-provider")


def node_peers() -> Path:
    """The folder with its packages installed."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        pytest.skip("Node and npm are not installed")
    if not all((FOLDER / "node_modules" / package).exists() for package in PACKAGES):
        installed = subprocess.run([npm, "ci", "--no-audit", "--no-fund"], cwd=FOLDER, capture_output=True, text=True, timeout=300)
        if installed.returncode:
            pytest.skip(f"npm ci: {installed.stderr.strip().splitlines()[-1]}")
    return FOLDER
