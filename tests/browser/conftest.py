"""Pages in a real Chromium."""

from playwright.sync_api import expect

from tests.support.desk_pages import open_page  # noqa: F401
from tests.support.pages import chromium, site  # noqa: F401

expect.set_options(timeout=45_000)
