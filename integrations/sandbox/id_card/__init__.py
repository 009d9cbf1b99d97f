"""Stand-in of the card-application look-up."""
