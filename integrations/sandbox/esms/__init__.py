"""eSMS.vn on loopback: brandname messages out (MT) with their final status, short-code messages in (MO), and controls that make it misbehave.

It stands for what eSMS's developer pages say, with its credentials, limits and result codes. `ESMS_API_URL` of the gateway points to `<sandbox>/esms`.
A number that ends in 0404 is never reached: its message is accepted and then reported as failed.
"""

from integrations.sandbox.esms.routes import router

__all__ = ["router"]
