"""Reading form fields that many pages share."""

from datetime import datetime
from uuid import UUID

from integrations.core.clock import VIETNAM
from integrations.desk.errors import Refused
from integrations.desk.texts import mark as _


def optional_id(text: str) -> UUID | None:
    """A record chosen in a list, None for the empty choice. Raises Refused."""
    try:
        return UUID(text) if text else None
    except ValueError as error:
        raise Refused(_("Trang đã cũ. Xin tải lại trang rồi làm lại.")) from error


def local_moment(text: str) -> datetime:
    """A browser's `datetime-local` field, in Vietnam. Raises Refused."""
    try:
        return datetime.fromisoformat(text).replace(tzinfo=VIETNAM)
    except ValueError as error:
        raise Refused(_("Xin chọn ngày giờ.")) from error
