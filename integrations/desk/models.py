"""Every table that the desk adds to the gateway's database."""

from integrations.desk.accounts.models import StaffMember, StaffSession, StaffUnit
from integrations.desk.canned.models import CannedReply
from integrations.desk.console.models import CaseNote, Mention, Reveal, Submission
from integrations.desk.learning.models import ReviewMark
from integrations.desk.office.models import OfficeSetting
from integrations.desk.reports.models import WeeklyReport
from integrations.desk.satisfaction.models import Satisfaction

__all__ = [
    "CannedReply",
    "CaseNote",
    "Mention",
    "OfficeSetting",
    "Reveal",
    "ReviewMark",
    "Satisfaction",
    "StaffMember",
    "StaffSession",
    "StaffUnit",
    "Submission",
    "WeeklyReport",
]
