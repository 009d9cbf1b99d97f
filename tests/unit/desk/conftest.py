from collections.abc import AsyncIterator

import pytest

from tests.support.application import Application, Browser, application  # noqa: F401
from tests.support.citizen import Citizen


@pytest.fixture
async def desk(application: Application) -> AsyncIterator[tuple[Application, Browser, Citizen]]:  # noqa: F811
    """An officer who is signed in, and a citizen who has asked for a person."""
    lan = await application.signed_in("lan")
    citizen = Citizen(application)
    await citizen.ask_for_a_person()
    yield application, lan, citizen
    await lan.client.aclose()
