"""The errors of `core`, one tree:

CoreError
├── ConfigurationError      a setting is missing, malformed, or a development default in production
├── DecryptionError         a token cannot be opened: unknown key, other context, or damaged
└── InvalidValue            a value a person or a machine gave is not acceptable; `field` and `reason` are codes, never the value
"""


class CoreError(Exception):
    """Root of the tree."""


class ConfigurationError(CoreError):
    """A setting is missing, malformed, or a development default in production."""


class DecryptionError(CoreError):
    """A token cannot be opened: unknown key id, another context, or damaged bytes."""


class InvalidValue(CoreError, ValueError):
    """`field` names what was read and `reason` why it was refused; the value itself is never kept, it may be personal."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason
