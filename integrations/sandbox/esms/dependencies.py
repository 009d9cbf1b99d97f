"""What the routes get from the application's state."""

from typing import Annotated

from fastapi import Depends, Request

from integrations.sandbox.esms.callbacks import Caller
from integrations.sandbox.esms.office import EsmsOffice


def _office(request: Request) -> EsmsOffice:
    return request.app.state.esms_office


def _caller(request: Request) -> Caller:
    return request.app.state.esms_caller


OfficeOf = Annotated[EsmsOffice, Depends(_office)]
CallerOf = Annotated[Caller, Depends(_caller)]
