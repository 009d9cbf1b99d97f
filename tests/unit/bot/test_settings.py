from pathlib import Path

import pytest
from pydantic import ValidationError
from settings import DEVELOPMENT_KEY, DEVELOPMENT_TOKEN, Settings

EXAMPLE = Path(__file__).resolve().parents[3] / ".env.example"
OURS = {"bot_token": "a-real-token", "data_keys": "k1:x", "tracker_database_url": "postgresql://x", "actions_url": "http://x"}


def example() -> dict:
    lines = (line for line in EXAMPLE.read_text(encoding="utf-8").splitlines() if "=" in line and not line.startswith("#"))
    return dict(line.split("=", 1) for line in lines)


def test_every_variable_is_in_the_example() -> None:
    assert {name.upper() for name in Settings.__fields__} <= set(example())


def test_the_secrets_of_the_example_are_known_and_refused_in_production() -> None:
    assert example()["BOT_TOKEN"] == DEVELOPMENT_TOKEN
    assert DEVELOPMENT_KEY in example()["DATA_KEYS"]
    assert Settings(**OURS, troly_env="production").bot_port == 5005
    for name, value in (("bot_token", DEVELOPMENT_TOKEN), ("data_keys", f"development:{DEVELOPMENT_KEY}")):
        Settings(**{**OURS, name: value})
        with pytest.raises(ValidationError, match=f"{name.upper()} must be set"):
            Settings(**{**OURS, name: value}, troly_env="production")


@pytest.mark.parametrize("name", OURS)
def test_a_required_variable_may_not_be_missing_or_empty(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(name.upper(), raising=False)
    with pytest.raises(ValidationError):
        Settings(**{key: value for key, value in OURS.items() if key != name})
