"""Zalo Official Account, OpenAPI v3: webhook events in, consultation messages out."""

from integrations.channels.zalo_oa.events import CHANNEL, parse
from integrations.channels.zalo_oa.sender import ZaloConfig, ZaloSender
from integrations.channels.zalo_oa.signature import verify
from integrations.channels.zalo_oa.tokens import TokenKeeper, Tokens, TokenSlot, TokenStore
from integrations.channels.zalo_oa.windows import ReplyWindow, reply_window

__all__ = ["CHANNEL", "ReplyWindow", "TokenKeeper", "TokenSlot", "TokenStore", "Tokens", "ZaloConfig", "ZaloSender", "parse", "reply_window", "verify"]
