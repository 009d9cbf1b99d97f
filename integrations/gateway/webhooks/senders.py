"""The senders of all channels, as the outbox uses them."""

from collections.abc import Mapping

import httpx

from integrations.channels.base import Sender
from integrations.channels.zalo_oa import TokenKeeper, ZaloConfig, ZaloSender
from integrations.gateway.database import Sessions
from integrations.gateway.settings import Settings
from integrations.gateway.webhooks.token_store import CredentialStore


def build_senders(settings: Settings, sessions: Sessions, client: httpx.AsyncClient) -> Mapping[str, Sender]:
    """By channel name; a channel that is not configured is absent, and so is `web`, whose page reads the tables.

    `client` belongs to the caller, who closes it; its timeout should be about ten seconds.
    """
    senders: dict[str, Sender] = {}
    if settings.zalo_app_id:
        senders[ZaloSender.channel] = _zalo(settings, sessions, client)
    return senders


def _zalo(settings: Settings, sessions: Sessions, client: httpx.AsyncClient) -> ZaloSender:
    secret = settings.zalo_app_secret.get_secret_value()
    consent = settings.zalo_refresh_token.get_secret_value() if settings.zalo_refresh_token else ""
    config = ZaloConfig(settings.zalo_app_id, secret, settings.zalo_api_url, settings.zalo_oauth_url)
    keeper = TokenKeeper(CredentialStore(sessions, consent), client, app_id=config.app_id, app_secret=secret, oauth_url=config.oauth_url)
    return ZaloSender(config, keeper, client)
