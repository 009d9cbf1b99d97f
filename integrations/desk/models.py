"""Every table that the desk adds to the gateway's database."""

from integrations.desk.accounts.models import StaffMember, StaffSession, StaffUnit
from integrations.desk.console.models import Submission

__all__ = ["StaffMember", "StaffSession", "StaffUnit", "Submission"]
