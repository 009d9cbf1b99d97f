"""What HTTP itself tells about a send, before any provider's own codes."""

import httpx

from integrations.channels.base import Failed

_BEFORE_SENDING = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)


def never_left(error: httpx.TransportError) -> Failed | None:
    """A failure when no byte of the request reached the provider; None when that cannot be known."""
    if isinstance(error, _BEFORE_SENDING):
        return Failed("Không kết nối được nhà cung cấp, hệ thống sẽ thử lại.", retryable=True, code=type(error).__name__)
    return None


def status_failure(response: httpx.Response) -> Failed | None:
    """A failure when the status says that the message was not taken; None for success and for 5xx that leave it open."""
    if response.status_code in (429, 503):
        after = response.headers.get("Retry-After", "")
        return Failed("Nhà cung cấp đang bận, hệ thống sẽ thử lại.", True, str(response.status_code), float(after) if after.isdigit() else None)
    if 300 <= response.status_code < 500:
        return Failed(f"Nhà cung cấp từ chối yêu cầu (HTTP {response.status_code}). Báo bộ phận kỹ thuật.", False, str(response.status_code))
    return None
