from tests.support.application import application  # noqa: F401
