"""What the routes get from the application's state."""

from typing import Annotated

from integrations.sandbox.provider import from_state
from integrations.sandbox.zalo.cloud import ZaloCloud
from integrations.sandbox.zalo.webhooks import Dispatcher

CLOUD = from_state("zalo_cloud")
CloudOf = Annotated[ZaloCloud, CLOUD]
DispatcherOf = Annotated[Dispatcher, from_state("zalo_dispatcher")]
