"""USSD: one request and one screen of ours, and an adapter per operator gateway.

An adapter is a pair of functions: `read_*` turns the gateway's request into `UssdRequest`, `write_*` a `Screen` into its answer.
"""

from integrations.channels.ussd.base import CHANNEL, Screen, UssdRequest

__all__ = ["CHANNEL", "Screen", "UssdRequest"]
