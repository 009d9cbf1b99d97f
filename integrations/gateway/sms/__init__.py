"""SMS at the gateway: words that are not for the bot, senders, and when messages may go out unasked."""
