"""Staff sign in by the agency's provider, in a real browser and across sites."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.support.oidc_provider import environment, running_provider
from tests.support.pages import Site

pytestmark = pytest.mark.browser


@pytest.fixture
def desk(databases, tmp_path) -> Iterator[Site]:  # type: ignore[no-untyped-def]
    """A gateway beside a provider that is another site for the browser."""
    from integrations.gateway.migrate import upgrade

    name = databases.create(databases.template("gateway", upgrade))
    site = Site(databases.address(name), tmp_path)
    site.prepare()
    site.environment["PUBLIC_URL"] = site.address
    with running_provider(f"{site.address}/desk/oidc/callback") as issuer:
        site.environment |= environment(issuer)
        try:
            site.start("gateway")
            yield site
        finally:
            site.stop()
            databases.drop(name)


def test_an_officer_signs_in_at_the_provider_works_and_signs_out_of_both(chromium: Browser, desk: Site) -> None:
    context = chromium.new_context(locale="vi-VN", viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto(f"{desk.address}/desk")
    page.get_by_role("link", name="Đăng nhập bằng tài khoản cơ quan").click()
    page.locator("input[name=login]").fill("boss")
    page.locator("input[name=password]").fill("x")
    page.get_by_role("button").click()
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("navigation", name="Nhóm")).to_be_visible()
    expect(page.get_by_role("link", name="Phụ Trách")).to_be_visible()
    page.get_by_role("button", name="Đăng xuất").click()
    page.get_by_role("link", name="Đăng xuất khỏi tài khoản cơ quan").click()
    page.get_by_role("button", name="Yes, sign me out").click()
    expect(page.get_by_role("link", name="Đăng nhập bằng tài khoản cơ quan")).to_be_visible()
    page.goto(f"{desk.address}/desk/conversations")
    expect(page.get_by_role("link", name="Đăng nhập bằng tài khoản cơ quan")).to_be_visible()
    context.close()
