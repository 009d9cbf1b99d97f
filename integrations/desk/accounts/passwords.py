"""Passwords and one-time codes of staff."""

import hmac
import secrets
from datetime import datetime

import pyotp
from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from integrations.desk.errors import Refused
from integrations.desk.texts import mark as _

SHORTEST = 12
LONGEST = 128
TOTP_SECONDS = 30
TOTP_DRIFT_STEPS = 1

_hasher = PasswordHasher()
_NOBODY = _hasher.hash("the password of an account that does not exist")


def check_policy(password: str, username: str) -> None:
    """NIST SP 800-63B: length counts, composition rules do not. Raises Refused."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise Refused(_("Mật khẩu phải có từ %(shortest)s đến %(longest)s ký tự."), shortest=SHORTEST, longest=LONGEST)
    folded = password.casefold()
    if username.casefold() in folded or len(set(folded)) < 5 or folded in _COMMON:
        raise Refused(_("Mật khẩu này dễ đoán. Xin dùng một câu dài, không chứa tên đăng nhập."))


def hash_password(password: str) -> str:
    """An argon2id hash with its parameters and salt."""
    return _hasher.hash(password)


def verify_password(stored: str | None, password: str) -> bool:
    """Whether the password fits. An account that does not exist (`stored` None) costs the same time as one that does."""
    try:
        return _hasher.verify(stored or _NOBODY, password) and stored is not None
    except (Argon2Error, InvalidHashError):
        return False


def needs_rehash(stored: str) -> bool:
    return _hasher.check_needs_rehash(stored)


def made_password() -> str:
    """A temporary one, 96 random bits."""
    return "-".join(secrets.token_hex(3) for _ in range(4))


def new_totp_secret() -> str:
    return pyotp.random_base32()


def totp_address(secret: str, username: str) -> str:
    """The otpauth:// address that an authenticator application scans."""
    return pyotp.TOTP(secret).provisioning_uri(name=username, issuer_name="Trợ lý 06")


def totp_step(secret: str, code: str, now: datetime) -> int | None:
    """The time step whose code this is, one step of drift allowed; None when it is not a valid code."""
    totp = pyotp.TOTP(secret, interval=TOTP_SECONDS)
    current = int(now.timestamp()) // TOTP_SECONDS
    digits = code.strip().replace(" ", "")
    for step in range(current - TOTP_DRIFT_STEPS, current + TOTP_DRIFT_STEPS + 1):
        if digits.isascii() and hmac.compare_digest(totp.at(step * TOTP_SECONDS), digits):
            return step
    return None


_COMMON = frozenset({"matkhau12345", "123456789012", "1234567890123", "password1234", "qwertyuiop12", "administrator", "congan123456", "hatinh123456"})
