"""What every journey shares: the turn as actions see it, the one form behind all forms, signals to the gateway."""
