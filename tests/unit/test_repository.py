"""Guards over the repository itself: the descriptions of the product must agree with each other."""

import ast
import importlib.metadata
import re
import subprocess
import sys
import tomllib
from ipaddress import ip_network

import yaml
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from integrations.desk.settings import DeskSettings
from integrations.gateway.settings import Settings
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


def test_compose_passes_every_setting_to_the_processes_that_read_it():
    """An image holds no .env: what compose does not pass cannot be set."""
    wanted = {name.upper() for settings in (Settings, DeskSettings) for name in settings.model_fields} - {"CLOCK"}
    assert {name: wanted - set(compose_services()[name]["environment"]) for name in ("gateway", "worker")} == {"gateway": set(), "worker": set()}


async def test_compose_believes_its_own_networks_proxy_about_the_citizens_address():
    compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    [subnet] = compose["networks"]["default"]["ipam"]["config"]
    written = subnet["subnet"], compose_services()["gateway"]["environment"]["FORWARDED_ALLOW_IPS"]
    default_subnet, trusted = (value.partition(":-")[2].rstrip("}") for value in written)
    seen = []

    async def application(scope, receive, send):
        seen.append(scope["client"][0])

    middleware = ProxyHeadersMiddleware(application, trusted)
    for peer in (str(next(ip_network(default_subnet).hosts())), "203.0.113.9"):
        await middleware({"type": "http", "client": (peer, 1), "headers": [(b"x-forwarded-for", b"198.51.100.7")]}, None, None)
    assert seen == ["198.51.100.7", "203.0.113.9"]


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


def test_what_the_product_imports_is_a_dependency_of_the_product():
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = declared["dependencies"] + [name for extra in declared["optional-dependencies"].values() for name in extra]
    allowed = {re.split(r"[\[><=;]", name)[0].replace("_", "-").lower() for name in wanted} | {"psycopg-pool"}  # psycopg[pool]
    providers = importlib.metadata.packages_distributions()
    undeclared = {}
    for module in third_party_modules():
        distributions = {name.replace("_", "-").lower() for name in providers.get(module, [module])}
        if not distributions & allowed:
            undeclared[module] = sorted(distributions)
    assert undeclared == {}


def third_party_modules() -> set[str]:
    """Top-level modules imported by what runs in production (tools that only developers run have the dev group)."""
    found = set()
    rooms = [ROOT / name for name in ("actions", "integrations", "verification_service")]
    for path in (path for room in rooms for path in room.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                found |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found.add(node.module.split(".")[0])
    return found - set(sys.stdlib_module_names) - {room.name for room in rooms}
