"""The SMS part of the gateway's settings. `sms_senders` names one sender, or two with the preferred one first; empty: SMS is not used."""

from pydantic import SecretStr, field_validator

from integrations.core.settings import ProcessSettings

KNOWN = ("kannel", "twilio", "esms")


class SmsSettings(ProcessSettings):
    """`sms_diacritics` costs more than twice as many segments. `kannel_callback_url` is our address as Kannel reaches it."""

    sms_senders: str = ""
    sms_diacritics: bool = False
    sms_segments: int = 2
    sms_short_code: str = "8088"

    kannel_sendsms_url: str = "http://127.0.0.1:13013/cgi-bin/sendsms"
    kannel_username: str = ""
    kannel_password: SecretStr | None = None
    kannel_callback_url: str = "http://127.0.0.1:8000"
    kannel_callback_password: SecretStr | None = None

    twilio_account_sid: str = ""
    twilio_auth_token: SecretStr | None = None
    twilio_sender: str = ""
    twilio_api_url: str = "https://api.twilio.com"

    esms_api_key: str = ""
    esms_secret_key: SecretStr | None = None
    esms_brandname: str = ""
    esms_private_key: SecretStr | None = None
    esms_api_url: str = "https://rest.esms.vn"

    @field_validator("sms_senders")
    @classmethod
    def _known_senders(cls, value: str) -> str:
        names = [name.strip() for name in value.split(",") if name.strip()]
        if len(names) > 2 or len(set(names)) != len(names) or not set(names) <= set(KNOWN):
            raise ValueError(f"SMS_SENDERS takes one or two of {', '.join(KNOWN)}")
        return ",".join(names)

    @property
    def sms_sender_names(self) -> tuple[str, ...]:
        return tuple(filter(None, self.sms_senders.split(",")))
