"""What the routes get from the application's state."""

from typing import Annotated

from integrations.sandbox.esms.callbacks import Caller
from integrations.sandbox.esms.office import EsmsOffice
from integrations.sandbox.provider import from_state

OFFICE = from_state("esms_office")
OfficeOf = Annotated[EsmsOffice, OFFICE]
CallerOf = Annotated[Caller, from_state("esms_caller")]
