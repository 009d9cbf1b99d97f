"""Guards over the repository itself: the descriptions of the product must agree with each other."""

import re
import subprocess

import yaml

from scripts.local_stack import READY_PATHS, ROOT
from scripts.test import STAGES


def procfile() -> dict[str, str]:
    return dict(line.split(":", 1) for line in (ROOT / "Procfile").read_text().splitlines() if line and not line.startswith("#"))


def compose_services() -> dict[str, dict]:
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]


def test_compose_and_procfile_describe_the_same_processes():
    assert set(procfile()) == set(compose_services()) - {"postgres", "migrate"}


def test_every_process_with_an_address_has_a_health_check_in_compose():
    assert not [name for name in READY_PATHS if name in compose_services() and "healthcheck" not in compose_services()[name] and name != "bot"]
    assert "healthcheck" in compose_services()["bot"]


def test_every_make_target_explains_itself():
    makefile = (ROOT / "Makefile").read_text()
    phony = set(re.search(r"^\.PHONY: (.*)$", makefile, re.M).group(1).split())
    explained = set(re.findall(r"^([a-z-]+):.*?## \S", makefile, re.M))
    assert phony == explained


def test_documents_point_at_files_that_exist():
    missing = []
    for page in [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("bot/*.md")]:
        for target in re.findall(r"\]\((?!http|#)([^)#]+)", page.read_text()):
            if not (page.parent / target).exists():
                missing.append(f"{page.name}: {target}")
    assert not missing


def test_every_test_folder_runs_in_some_stage():
    command_lines = " ".join(word for stage in STAGES.values() for word in stage)
    folders = {path.name for path in (ROOT / "tests").iterdir() if path.is_dir() and list(path.glob("**/test_*.py"))}
    browser_and_conversations_run_by_marker = {"browser", "conversations", "support"}
    assert not [name for name in folders - browser_and_conversations_run_by_marker if f"tests/{name}" not in command_lines]


def test_no_evaluation_file_or_secret_is_kept_in_the_repository():
    kept = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    assert not [name for name in kept if name.endswith(("dev.tsv", ".env", "secrets.env", ".pem", ".key"))]
