"""The bot's own tests run in the bot's environment (Python 3.10): bot/.venv/bin/python -m pytest -c bot/pytest.ini tests/unit/bot

They borrow two things: PostgreSQL from the root environment (a helper process that ends with the session), and a tiny assistant of their
own (`assistant/`), trained once with the real pipeline, so that they do not depend on the product's dialogue.
"""

import sys

if sys.version_info >= (3, 11):  # the root environment's pytest walks past here; it has no Rasa
    collect_ignore_glob = ["test_*.py"]
else:
    import base64
    import subprocess
    from pathlib import Path

    import light_rasa
    import pytest
    from hypothesis import HealthCheck, settings

    light_rasa.prepare()
    settings.register_profile("shared machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
    settings.load_profile("shared machine")

    ROOT = Path(__file__).resolve().parents[3]
    ASSISTANT = Path(__file__).with_name("assistant")
    KEYS = "k1:" + base64.b64encode(b"1" * 32).decode()
    NEW_KEYS = "k2:" + base64.b64encode(b"2" * 32).decode() + "," + KEYS

    @pytest.fixture(scope="session")
    def keys() -> str:
        return KEYS

    @pytest.fixture(scope="session")
    def new_keys() -> str:
        """The same key behind a newer one."""
        return NEW_KEYS

    @pytest.fixture(scope="session")
    def server():
        """Asks the helper process for databases: `server()` gives the address of a new, empty one."""
        helper = subprocess.Popen(
            [str(ROOT / ".venv/bin/python"), "-W", "ignore", str(Path(__file__).with_name("postgres_helper.py"))],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        )  # fmt: skip

        def new_database() -> str:
            helper.stdin.write("new\n")
            helper.stdin.flush()
            return helper.stdout.readline().strip()

        yield new_database
        helper.stdin.close()
        helper.wait(60)

    @pytest.fixture(scope="session")
    def small_model(tmp_path_factory):
        """The tiny assistant, trained with the product's own pipeline."""
        from rasa.model_training import train

        directory = tmp_path_factory.mktemp("model")
        result = train(
            domain=str(ASSISTANT / "domain.yml"), config=str(ROOT / "bot/config.yml"), output=str(directory), force_training=True,
            training_files=[str(ASSISTANT / "nlu.yml"), str(ASSISTANT / "rules.yml")],
        )  # fmt: skip
        return Path(result.model)
