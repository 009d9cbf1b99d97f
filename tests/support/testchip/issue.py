"""Personalises a card: profile + holder + issuer → a chip with signed files."""

from dataclasses import dataclass, replace
from functools import lru_cache

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from tests.support.testchip import content
from tests.support.testchip.chip import TestChip
from tests.support.testchip.holder import Holder
from tests.support.testchip.pki import Pki, public_key_info, signed_data
from tests.support.testchip.protocols import Bac, ChipKey, Pace, SigningKey
from verification_service.chip import curves, pace, tlv
from verification_service.chip.certificates import Certificate
from verification_service.chip.ciphers import CipherName
from verification_service.chip.security_infos import Mapping, oid_value
from verification_service.chip.trust_store import TrustStore

_ARC = {Mapping.GENERIC: 2, Mapping.INTEGRATED: 4, Mapping.CHIP_AUTHENTICATION: 6}
_CIPHER_ARC = {CipherName.TDES: 1, CipherName.AES128: 2, CipherName.AES192: 3, CipherName.AES256: 4}
_PLAIN_ECDSA = {"sha1": 1, "sha224": 2, "sha256": 3, "sha384": 4, "sha512": 5}


@dataclass(frozen=True)
class Profile:
    """What the chip can do. `access` ∈ pace, bac, both; `active` ∈ ec, rsa, None; `chip` a cipher or None; `image` ∈ jpeg, jp2."""

    access: str = "both"
    mapping: Mapping = Mapping.GENERIC
    cipher: CipherName = CipherName.AES128
    parameter: int = 13
    passwords: tuple[str, ...] = ("can", "mrz")
    chip: CipherName | None = CipherName.AES128
    chip_parameter: int = 13
    chip_key_id: int | None = None
    chip_info: bool = True
    active: str | None = "ec"
    active_hash: str = "sha256"
    vietnamese: bool = True
    image: str = "jpeg"
    image_size: int = 18_000
    modern_image: bool = False
    hash: str = "sha256"
    extended: bool = True
    explicit: bool = False
    card_security: bool = False
    key_in_dg14: bool = True


@dataclass
class Issue:
    """A personalised card and who issued it."""

    chip: TestChip
    pki: Pki
    holder: Holder
    profile: Profile

    def trust_store(self, **options) -> TrustStore:
        return TrustStore([Certificate.load(self.pki.csca.der)], **options)

    def sign(self, **options) -> None:
        numbered = {int(name[2:]): data for name, data in self.chip.files.items() if name.startswith("dg")}
        self.chip.files["sod"] = self.pki.for_files(numbered, options.pop("hash_name", self.profile.hash), **options)


@lru_cache(maxsize=1)
def _rsa_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def signing_key(kind: str | None, hash_name: str = "sha256") -> SigningKey | None:
    """A key for active authentication; the RSA key is made once per process."""
    if kind is None:
        return None
    return SigningKey(ec.generate_private_key(ec.SECP256R1()) if kind == "ec" else _rsa_key(), hash_name)


def chip_key(profile: Profile) -> ChipKey | None:
    if profile.chip is None:
        return None
    curve = curves.by_parameter_number(profile.chip_parameter)
    return ChipKey(curve, curve.random_scalar(), oid_value(f"0.4.0.127.0.7.2.2.3.2.{_CIPHER_ARC[profile.chip]}"), profile.chip)


def issue(profile: Profile | None = None, holder: Holder | None = None, pki: Pki | None = None) -> Issue:
    """One card. Keys are fresh each time; the PKI too unless one is given."""
    profile, holder = profile or Profile(), holder or Holder()
    pki = pki or Pki(explicit=profile.explicit)
    own_chip_key, own_signing_key = chip_key(profile), signing_key(profile.active, profile.active_hash)
    chip_pace = _pace(profile, holder, own_chip_key)
    files = _files(profile, holder, own_chip_key, own_signing_key, chip_pace)
    chip_bac = Bac(holder.mrz_key.information()) if profile.access in ("bac", "both") else None
    chip = TestChip(files, chip_pace, chip_bac, own_chip_key, own_signing_key, extended=profile.extended)
    issued = Issue(chip, pki, holder, profile)
    issued.sign()
    if profile.card_security and own_chip_key:
        keys = content.set_of(_chip_infos(replace(profile, chip_key_id=profile.parameter), own_chip_key))
        files["card_security"] = signed_data(pki.signer, keys, "0.4.0.127.0.7.3.2.1")
    return issued


def _pace(profile: Profile, holder: Holder, static: ChipKey | None) -> Pace | None:
    if profile.access == "bac":
        return None
    secrets = {
        "mrz": (1, pace.password_bytes(pace.Password.MRZ, holder.mrz_key.information())),
        "can": (2, pace.password_bytes(pace.Password.CAN, holder.can)),
    }
    dotted = f"0.4.0.127.0.7.2.2.4.{_ARC[profile.mapping]}.{_CIPHER_ARC[profile.cipher]}"
    static_key = static.scalar if static and profile.mapping is Mapping.CHIP_AUTHENTICATION else None
    return Pace(dotted, profile.mapping, profile.cipher, profile.parameter, dict(secrets[name] for name in profile.passwords), static_key)


def _files(profile: Profile, holder: Holder, own_chip: ChipKey | None, own_signing: SigningKey | None, chip_pace: Pace | None) -> dict[str, bytes]:
    files = {"dg1": content.dg1(holder.zone()), "dg2": content.dg2(content.portrait(profile.image, profile.image_size), profile.modern_image)}
    if profile.vietnamese:
        files["dg13"] = content.dg13(holder)
    access = [content.pace_info(chip_pace.dotted, profile.parameter)] if chip_pace else []
    infos = [*access, *(_chip_infos(profile, own_chip) if profile.key_in_dg14 else [])]
    if isinstance(own_signing and own_signing.key, ec.EllipticCurvePrivateKey):
        infos.append(content.active_authentication_info(f"0.4.0.127.0.7.1.1.4.1.{_PLAIN_ECDSA[profile.active_hash]}"))
    if own_chip or own_signing:
        files["dg14"] = tlv.encode(0x6E, content.set_of(infos))
    if own_signing:
        files["dg15"] = tlv.encode(0x6F, spki(own_signing))
    files["com"] = content.com({int(name[2:]) for name in files})
    if access:
        files["card_access"] = content.set_of(access)
    return files


def spki(key: SigningKey) -> bytes:
    return key.key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)


def _chip_infos(profile: Profile, own: ChipKey | None) -> list[bytes]:
    if own is None or profile.chip is None:
        return []
    key = content.chip_key_info(public_key_info(own.public_key(), profile.explicit).dump(), profile.chip_key_id)
    info = content.chip_authentication_info(f"0.4.0.127.0.7.2.2.3.2.{_CIPHER_ARC[profile.chip]}", profile.chip_key_id)
    return [key, info] if profile.chip_info else [key]
