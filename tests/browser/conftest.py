"""Pages in a real Chromium."""

from playwright.sync_api import expect

from tests.support.pages import chromium, site  # noqa: F401

expect.set_options(timeout=45_000)
