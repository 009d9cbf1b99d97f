"""The errors of the desk, one tree; each knows the HTTP status it becomes:

DeskError
├── NotSignedIn     no valid session: to the sign-in page (401 for scripts and streams)
├── SetUpNeeded     a temporary password or no authenticator yet: to the account page
├── Forbidden       the role or the unit does not allow it: 403
├── NotFound        no such record, or not visible to this person: 404
├── Conflict        somebody else was faster or the state has moved on: 409; `detail` says who or what
├── Refused         the input is not acceptable: 422; the message says what to do
└── ProviderUnavailable  the staff's sign-in provider does not answer as it should: 503
"""


class DeskError(Exception):
    """Root of the tree. The message is a source text of the desk's catalog; `values` fill it in."""

    status = 500

    def __init__(self, message: str, **values: object) -> None:
        super().__init__(message)
        self.message = message
        self.values = values


class NotSignedIn(DeskError):
    """No valid session."""

    status = 401


class SetUpNeeded(DeskError):
    """The member must first choose a password or enrol an authenticator."""

    status = 403


class Forbidden(DeskError):
    """The role or the unit does not allow it."""

    status = 403


class NotFound(DeskError):
    """No such record, or not visible to this person."""

    status = 404


class Conflict(DeskError):
    """Somebody else was faster, or the state has moved on."""

    status = 409


class Refused(DeskError):
    """The input is not acceptable."""

    status = 422


class ProviderUnavailable(DeskError):
    """The staff's sign-in provider does not answer as it should."""

    status = 503
