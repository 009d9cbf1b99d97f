"""The web chat: one page, its messages in, and its events out. A conversation belongs to an unguessable cookie."""
