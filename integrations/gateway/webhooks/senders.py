"""The senders of all channels, as the outbox uses them."""

from collections.abc import Mapping

import httpx

from integrations.channels.base import Sender
from integrations.channels.zalo_oa import TokenKeeper, ZaloConfig, ZaloSender
from integrations.gateway.database import Sessions
from integrations.gateway.webhooks.settings import ChannelSettings
from integrations.gateway.webhooks.token_store import CredentialStore


def build_senders(settings: ChannelSettings, sessions: Sessions, client: httpx.AsyncClient) -> Mapping[str, Sender]:
    """By channel name. `client` belongs to the caller, who closes it; `web` has no sender, its page reads the tables."""
    config = ZaloConfig(
        app_id=settings.zalo_app_id,
        app_secret=settings.zalo_app_secret.get_secret_value(),
        api_url=settings.zalo_api_url,
        oauth_url=settings.zalo_oauth_url,
    )
    store = CredentialStore(sessions, settings.zalo_refresh_token.get_secret_value())
    keeper = TokenKeeper(store, client, app_id=config.app_id, app_secret=config.app_secret, oauth_url=config.oauth_url)
    return {ZaloSender.channel: ZaloSender(config, keeper, client)}
