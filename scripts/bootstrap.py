"""Sets up both Python environments of the product; needs nothing but a Python 3.8+ and the network.

`python3 scripts/bootstrap.py [--extra NAME …] [--dev]` installs uv into the project when it is missing, finds (or lets uv download)
Python 3.10 for the bot and 3.11+ for the rest, and syncs both lock files. Running it again changes nothing and takes a second.
"""

from __future__ import annotations

import argparse
import json
import os
import pathlib
import platform
import shutil
import subprocess
import sys
import urllib.request
import zipfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
TOOLS = ROOT / ".tools"
UV_VERSION = "0.13.9"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--extra", action="append", default=[], help="optional dependency group of the root project (verification, kiosk)")
    parser.add_argument("--dev", action="store_true", help="also what the tests need")
    parser.add_argument("--python", default="", help="interpreter for the root environment; found by itself when empty")
    arguments = parser.parse_args()
    uv = find_uv()
    extras = [word for extra in arguments.extra for word in ("--extra", extra)]
    # Without --inexact, `make up` would take away what `make test` installed, and the reverse.
    groups = [] if arguments.dev else ["--no-dev", "--inexact"]
    root_python = arguments.python or find_python("3.11", "3.12", "3.13")
    sync(uv, ROOT, root_python, [*extras, *groups])
    sync(uv, ROOT / "bot", find_python("3.10"), groups)
    return 0


def sync(uv: str, project: pathlib.Path, python: str, options: list[str]) -> None:
    """Brings one environment to its lock file; compiled bytecode makes Rasa start four times faster."""
    say(f"{project.name}: environment on Python {python}")
    command = [uv, "sync", "--frozen", "--compile-bytecode", "--python", python, *options]
    environment = {name: value for name, value in os.environ.items() if name not in ("VIRTUAL_ENV", "PYTHONDONTWRITEBYTECODE")}
    subprocess.run(command, cwd=project, check=True, env=environment)


def find_python(*versions: str) -> str:
    """A path to an installed interpreter (PATH, then pyenv), or the bare version for uv to download."""
    for version in versions:
        on_path = shutil.which(f"python{version}")
        if on_path and works(on_path, version):
            return on_path
        pyenv = pathlib.Path(os.environ.get("PYENV_ROOT", pathlib.Path.home() / ".pyenv")) / "versions"
        for candidate in sorted(pyenv.glob(f"{version}.*/bin/python{version}"), reverse=True):
            if works(str(candidate), version):
                return str(candidate)
    return versions[0]


def works(python: str, version: str) -> bool:
    """Whether this really is that version: a pyenv shim on PATH may point at nothing."""
    answer = subprocess.run([python, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"], capture_output=True, text=True)
    return answer.returncode == 0 and answer.stdout.strip() == version


def find_uv() -> str:
    """uv from PATH, from an earlier run, by pip, or straight from PyPI's wheel where the machine's Python has no pip."""
    installed = shutil.which("uv") or next((str(path) for path in (TOOLS / "bin" / "uv",) if path.exists()), None)
    if installed:
        return installed
    say("uv: installing into .tools/")
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--target", str(TOOLS), f"uv=={UV_VERSION}"]
    if subprocess.run(pip, capture_output=True).returncode != 0:
        unpack_uv_wheel()
    uv = TOOLS / "bin" / "uv"
    uv.chmod(0o755)
    return str(uv)


def unpack_uv_wheel() -> None:
    with urllib.request.urlopen(f"https://pypi.org/pypi/uv/{UV_VERSION}/json") as answer:
        files = json.load(answer)["urls"]
    system = "macosx" if sys.platform == "darwin" else "manylinux"
    machine = {"aarch64": ("aarch64", "arm64"), "arm64": ("aarch64", "arm64")}.get(platform.machine(), (platform.machine(),))
    wheel = next(entry for entry in files if system in entry["filename"] and any(name in entry["filename"] for name in machine))
    archive, _ = urllib.request.urlretrieve(wheel["url"])  # noqa: S310 (address given by PyPI over https)
    with zipfile.ZipFile(archive) as content:
        program = next(name for name in content.namelist() if name.endswith("/scripts/uv"))
        (TOOLS / "bin").mkdir(parents=True, exist_ok=True)
        (TOOLS / "bin" / "uv").write_bytes(content.read(program))


def say(text: str) -> None:
    print(f"── {text}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
