"""Kannel (bearerbox and smsbox) as the operator's gateway: SMPP on its side, HTTP on ours.

`kannel.conf` beside this file is the configuration that belongs to it.
"""

from integrations.channels.kannel.requests import parse_message, parse_receipt
from integrations.channels.kannel.sender import KannelConfig, KannelSender

__all__ = ["KannelConfig", "KannelSender", "parse_message", "parse_receipt"]
