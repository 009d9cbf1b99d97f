"""Proving who one is at a kiosk: consent, code, and what happens when the result arrives."""
