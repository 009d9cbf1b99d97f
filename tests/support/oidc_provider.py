"""The staff's sign-in provider as a real process: npm `oidc-provider`, certified by the OpenID Foundation, on `localhost`."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

import httpx

from scripts.local_stack import free_port
from tests.contract.node_peers import node_peers

SECRET = "a secret of this test"


@contextmanager
def running_provider(redirect_uri: str) -> Iterator[str]:
    """Its issuer. Another site than `127.0.0.1` for a browser, as a real provider is."""
    port = free_port()
    process = subprocess.Popen(
        ["node", "provider.mjs", str(port), redirect_uri], cwd=node_peers(), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )  # fmt: skip
    try:
        assert process.stdout is not None
        assert process.stdout.readline().strip() == "ready"
        yield f"http://localhost:{port}"
    finally:
        process.terminate()
        process.wait(10)


def environment(issuer: str) -> dict[str, str]:
    """The desk's settings for it."""
    return {
        "DESK_OIDC_ISSUER": issuer, "DESK_OIDC_CLIENT_ID": "desk", "DESK_OIDC_CLIENT_SECRET": SECRET, "DESK_OIDC_ROLE_CLAIM": "roles",
        "DESK_OIDC_ROLES": "desk-supervisor:supervisor,desk-agent:agent", "DESK_OIDC_UNIT_CLAIM": "unit",
    }  # fmt: skip


async def sign_in_at_provider(address: str, name: str) -> str:
    """What a person does at the provider: gives a name, agrees. Returns the path that the browser is sent back to."""
    async with httpx.AsyncClient(trust_env=False, timeout=30) as browser:
        answer = await browser.get(address)
        for _ in range(10):
            if answer.is_redirect:
                target = answer.headers["Location"]
                if "/desk/oidc/callback" in target:
                    return httpx.URL(target).raw_path.decode()
                answer = await browser.get(answer.url.join(target))
                continue
            action, prompt = re.search(r'action="([^"]+)"', answer.text), re.search(r'name="prompt" value="([^"]+)"', answer.text)
            assert action and prompt, answer.text
            answer = await browser.post(answer.url.join(action[1]), data={"prompt": prompt[1], "login": name, "password": "x"})
    raise AssertionError("the provider never sent the browser back")
