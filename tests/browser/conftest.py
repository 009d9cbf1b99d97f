"""Pages in a real Chromium."""

from tests.support.pages import chromium, site  # noqa: F401
