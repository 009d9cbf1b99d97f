"""SMS through Twilio. In Vietnam Twilio only sends (its guidelines: no two-way SMS); receiving serves other countries and tests."""

from integrations.channels.twilio.requests import parse_message, parse_receipt, read_form
from integrations.channels.twilio.sender import TwilioConfig, TwilioSender

__all__ = ["TwilioConfig", "TwilioSender", "parse_message", "parse_receipt", "read_form"]
