"""One package per provider, behind the small interface of `integrations.channels.base`."""
