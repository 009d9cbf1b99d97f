"""USSD at the gateway: a session of short screens over the same dialogue.

`dialogue` decides what a key press means, `screens` fits texts to a phone, `service` keeps the session and asks the bot,
`late` hands an answer that came after the time budget to SMS.
"""
