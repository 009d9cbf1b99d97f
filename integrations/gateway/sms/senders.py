"""The configured SMS senders, one or two of them behind a fail-over."""

from urllib.parse import quote, urlsplit

import httpx
from pydantic import SecretStr

from integrations.channels.base import Sender
from integrations.channels.esms import EsmsConfig, EsmsSender
from integrations.channels.failover import FailoverSender
from integrations.channels.kannel import KannelConfig, KannelSender
from integrations.channels.twilio import TwilioConfig, TwilioSender
from integrations.gateway.settings import Settings

KANNEL_USER = "kannel"


def build_sms_sender(settings: Settings, client: httpx.AsyncClient) -> Sender | None:
    """None when no sender is named."""
    senders = [_build(name, settings, client) for name in settings.sms_sender_names]
    if not senders:
        return None
    return senders[0] if len(senders) == 1 else FailoverSender(senders[0], senders[1])


def _build(name: str, settings: Settings, client: httpx.AsyncClient) -> Sender:
    if name == "kannel":
        return kannel_sender(settings, client)
    shape = {"diacritics": settings.sms_diacritics, "segments": settings.sms_segments}
    if name == "twilio":
        status_url = settings.public_url.rstrip("/") + "/webhooks/twilio/status"
        token = _secret(settings.twilio_auth_token)
        return TwilioSender(TwilioConfig(settings.twilio_account_sid, token, settings.twilio_sender, status_url, settings.twilio_api_url, **shape))
    status_url = settings.public_url.rstrip("/") + "/webhooks/esms/status"
    secret = _secret(settings.esms_secret_key)
    return EsmsSender(EsmsConfig(settings.esms_api_key, secret, settings.esms_brandname, status_url, settings.esms_api_url, **shape), client)


def kannel_sender(settings: Settings, client: httpx.AsyncClient) -> KannelSender:
    """Also shows USSD screens where the operator is reached by SMPP."""
    config = KannelConfig(
        url=settings.kannel_sendsms_url,
        username=settings.kannel_username,
        password=_secret(settings.kannel_password),
        sender=settings.sms_short_code,
        receipt_url=_with_password(settings.kannel_callback_url, _secret(settings.kannel_callback_password)) + "/webhooks/kannel/receipt",
        diacritics=settings.sms_diacritics,
        segments=settings.sms_segments,
    )
    return KannelSender(config, client)


def _with_password(url: str, password: str) -> str:
    """Kannel turns credentials of a URL into a basic authorization header."""
    parts = urlsplit(url.rstrip("/"))
    return f"{parts.scheme}://{KANNEL_USER}:{quote(password, safe='')}@{parts.netloc}{parts.path}" if password else url.rstrip("/")


def _secret(value: SecretStr | None) -> str:
    return value.get_secret_value() if value else ""
