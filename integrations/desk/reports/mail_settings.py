"""Where weekly reports are sent by e-mail; nowhere without a server."""

from typing import Literal, Self

from pydantic import SecretStr, model_validator

from integrations.core.settings import ProcessSettings

ON_THIS_MACHINE = ("localhost", "127.0.0.1", "::1")


class MailSettings(ProcessSettings):
    """`desk_mail_to` are addresses by comma."""

    desk_mail_server: str = ""
    desk_mail_port: int = 587
    desk_mail_security: Literal["starttls", "tls", "none"] = "starttls"
    desk_mail_user: str = ""
    desk_mail_password: SecretStr | None = None
    desk_mail_from: str = ""
    desk_mail_to: str = ""

    @property
    def mail_recipients(self) -> list[str]:
        return [address.strip() for address in self.desk_mail_to.split(",") if address.strip()]

    @model_validator(mode="after")
    def _mail_has_both_ends_and_is_read_by_nobody_on_its_way(self) -> Self:
        if self.desk_mail_server and not (self.desk_mail_from and self.mail_recipients):
            raise ValueError("DESK_MAIL_SERVER needs DESK_MAIL_FROM and DESK_MAIL_TO")
        if self.production and self.desk_mail_security == "none" and self.desk_mail_server not in ("", *ON_THIS_MACHINE):
            raise ValueError("DESK_MAIL_SECURITY=none is only for a mail server on this machine")
        return self
