"""eSMS.vn: messages to its short code (MO), and messages under a registered name (brandname MT).

A brandname message must match a registered template, so free replies need a sender with a short code; MT here serves notices.
"""

from integrations.channels.esms.requests import acknowledgement, parse_message, parse_receipt
from integrations.channels.esms.sender import EsmsConfig, EsmsSender

__all__ = ["EsmsConfig", "EsmsSender", "acknowledgement", "parse_message", "parse_receipt"]
