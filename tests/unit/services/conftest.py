"""The clients are tested against the sandbox."""

from tests.unit.sandbox.conftest import sandbox_database, sandbox_http

__all__ = ["sandbox_database", "sandbox_http"]
