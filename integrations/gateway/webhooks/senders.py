"""The configured channels' senders. A channel without its secrets has none, and its messages become dead letters that say so."""

from collections.abc import Mapping

import httpx

from integrations.channels.base import Sender
from integrations.channels.zalo_oa import TokenKeeper, ZaloConfig, ZaloSender
from integrations.gateway.database import Sessions
from integrations.gateway.settings import Settings
from integrations.gateway.sms.senders import build_sms_sender
from integrations.gateway.ussd.late import LateAnswerSender
from integrations.gateway.webhooks.credentials import ZaloTokenStore

PROVIDER_TIMEOUT = httpx.Timeout(8.0, connect=3.0)


def build_senders(settings: Settings, sessions: Sessions, client: httpx.AsyncClient) -> Mapping[str, Sender]:
    """By channel name. `client` is shared and closed by the caller."""
    senders: dict[str, Sender] = {}
    if settings.zalo_app_id:
        secret = settings.zalo_app_secret.get_secret_value()
        store = ZaloTokenStore(sessions, settings.zalo_refresh_token.get_secret_value() if settings.zalo_refresh_token else None)
        keeper = TokenKeeper(store, client, app_id=settings.zalo_app_id, app_secret=secret, oauth_url=settings.zalo_oauth_url)
        config = ZaloConfig(settings.zalo_app_id, secret, settings.zalo_api_url, settings.zalo_oauth_url)
        senders["zalo"] = ZaloSender(config, keeper, client)
    if sms := build_sms_sender(settings, client):
        senders["sms"] = sms
        senders["ussd"] = LateAnswerSender(sms)
    return senders
