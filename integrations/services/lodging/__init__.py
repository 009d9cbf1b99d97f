"""Lodging notifications (Luật Cư trú Điều 30): the client, its messages, and the export for lodging businesses."""

from integrations.services.lodging.client import LodgingClient
from integrations.services.lodging.messages import Guest, Notification, NotificationDraft, Notifier, Place, Receipt

__all__ = ["Guest", "LodgingClient", "Notification", "NotificationDraft", "Notifier", "Place", "Receipt"]
