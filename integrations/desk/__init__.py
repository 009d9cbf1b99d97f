"""The staff desk: officers take conversations over, in the gateway's process and database.

`accounts` who staff are and how they sign in · `access` what each role may do, and the guards of the routes · `console` the queue and a
conversation · `pages` templates, headers and texts. Errors: `errors`.
"""
