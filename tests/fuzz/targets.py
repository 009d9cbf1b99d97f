"""What is fuzzed: each target takes bytes and returns, or raises a ChipError. Anything else is a finding."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache

from tests.support.testchip import Issue, Pki, Profile, issue
from tests.support.testchip.messaging import ChipMessaging
from tests.support.testchip.pki import NOW
from verification_service.chip import (
    AccessKeys,
    Certificate,
    ChipError,
    Evidence,
    HeldChipAuthentication,
    Issued,
    MrzKey,
    Portrait,
    TrustStore,
    Verdict,
    com,
    dg1,
    dg2,
    dg13,
    dg14,
    dg15,
    read,
    security_infos,
    sod,
    tlv,
    verify,
)
from verification_service.chip.active_authentication import verify as verify_signature
from verification_service.chip.apdu import Response
from verification_service.chip.certificates import RevocationList
from verification_service.chip.ciphers import CipherName, SessionKeys, mac, pad
from verification_service.chip.secure_messaging import SecureMessaging

CIPHERS = tuple(CipherName)


@cache
def card() -> Issue:
    return issue(Profile(image_size=2_000), pki=Pki(explicit=True))


@cache
def genuine() -> Evidence:
    return read(card().chip.present(), AccessKeys(can=card().holder.can), issued=Issued.new())


def _messaging(cipher: CipherName) -> tuple[SessionKeys, SecureMessaging]:
    keys = SessionKeys(cipher, bytes(range(cipher.key_length)), bytes(range(1, cipher.key_length + 1)), 7)
    return keys, SecureMessaging(keys)


def secured_answer(data: bytes) -> None:
    """Raw bytes as an answer under secure messaging: refused, whatever they are."""
    _, messaging = _messaging(CIPHERS[len(data) % len(CIPHERS)])
    response = messaging.unprotect(data)
    if response.data or response.status == 0x9000:
        raise AssertionError("an answer without a right checksum was believed")


def authentic_answer(data: bytes) -> None:
    """Any data objects with a right checksum: what a broken or hostile chip that knows the keys could send."""
    cipher = CIPHERS[len(data) % len(CIPHERS)]
    keys, messaging = _messaging(cipher)
    block = cipher.block
    message = (keys.counter + 1).to_bytes(block, "big") + data
    checksum = mac(cipher, keys.mac, message if cipher is CipherName.TDES else pad(message, block))
    messaging.unprotect(data + tlv.encode(0x8E, checksum) + b"\x90\x00")


def security_object(data: bytes) -> None:
    """No alteration of the list of hashes keeps the signature right."""
    found = sod.parse(data)
    if found.signed.signature_reason() is None and found.hashes != sod.parse(card().chip.files["sod"]).hashes:
        raise AssertionError("an altered security object was believed")


def certificate(data: bytes) -> None:
    loaded = Certificate.load(data)
    for name in ("subject_text", "country", "key_usage", "extended_key_usage", "subject_key_id", "authority_key_id", "public_key", "signature_scheme"):
        getattr(loaded, name)
    _ = loaded.is_self_signed


def revocation_list(data: bytes) -> None:
    loaded = RevocationList(data)
    _ = loaded.issuer, loaded.next_update, loaded.serials
    loaded.is_signed_by(Certificate.load(card().pki.csca.der))


def master_list(data: bytes) -> None:
    TrustStore.from_master_list(data, Certificate.load(card().pki.csca.der))


def portrait_data_group(data: bytes) -> None:
    Portrait.recognise(dg2.parse(data))


def portrait_image(data: bytes) -> None:
    Portrait.recognise(data).decode()


def zone(data: bytes) -> None:
    found = dg1.parse(data)
    _ = found.citizen_number, found.expires, found.born(NOW.date()), found.key().information()


def chip_keys(data: bytes) -> None:
    dg14.parse(data)
    _ = HeldChipAuthentication.begin(data).start


def signing_key(data: bytes) -> None:
    verify_signature(dg15.parse(data), bytes(8), data[-64:], None)


def answers_of_a_chip(data: bytes) -> None:
    """A chip that answers the whole session with the input, cut into pieces by its own length bytes."""
    read(_Answers(data), AccessKeys(can="000123", mrz=MrzKey("199000123", "990101", "390101")), issued=Issued(bytes(8)))


class _Answers:
    def __init__(self, data: bytes) -> None:
        self._rest = data

    def transmit(self, command: bytes) -> bytes:
        if not self._rest:
            return b"\x6a\x82"
        length = 1 + self._rest[0]
        answer, self._rest = self._rest[1:length], self._rest[length:]
        return answer if len(answer) > 1 else b"\x90\x00"


def stored_evidence(data: bytes) -> None:
    Evidence.from_json(data)


def judged_evidence(data: bytes) -> None:
    """One file of genuine evidence replaced: judged without an exception, and genuine only if nothing that is signed was touched."""
    evidence = genuine()
    names = sorted(name for name in evidence.files if name not in ("com", "card_access"))
    name, content = names[data[0] % len(names)] if data else names[0], data[1:]
    report = verify(replace(evidence, files=evidence.files | {name: content}), card().trust_store(), NOW)
    if report.verdict is Verdict.GENUINE and content != evidence.files[name] and name != "sod":
        raise AssertionError("altered evidence was called genuine")


@dataclass(frozen=True)
class Target:
    """`share` of the inputs, roughly by the inverse of what one input costs; `seeds` give the mutations something to start from."""

    run: Callable[[bytes], object]
    seeds: Callable[[], list[bytes]]
    share: int
    longest: int = 4096


def _files(*names: str) -> Callable[[], list[bytes]]:
    return lambda: [card().chip.files[name] for name in names]


def _answers(ahead: int = 1) -> list[bytes]:
    """Answers as a chip seals them; `ahead` of the counter, so that their checksum is wrong for the answer awaited."""
    seeds = []
    for cipher in CIPHERS:
        chip = ChipMessaging(_messaging(cipher)[0])
        chip.counter += ahead
        seeds.append(chip.seal(b"0123456789", 0x9000, odd=False))
    return [*seeds, b"\x69\x88", b"\x6a\x82"]


def _bodies() -> list[bytes]:
    return [Response.decode(answer).data[:-10] for answer in _answers(ahead=0) if len(answer) > 12]


def _session() -> list[bytes]:
    card_access = card().chip.files["card_access"]
    parts = (b"", card_access[:5], card_access[5:], b"", b"\x7c\x12\x80\x10" + bytes(16))
    return [b"".join(bytes([len(part) + 2]) + part + b"\x90\x00" for part in parts)]


def _portraits() -> list[bytes]:
    modern = issue(Profile(image_size=2_000, modern_image=True), pki=card().pki)
    return [card().chip.files["dg2"], modern.chip.files["dg2"]]


TARGETS: dict[str, Target] = {
    "tlv": Target(tlv.parse_all, _files("dg14", "dg13", "com"), 200),
    "security_infos": Target(security_infos.parse, lambda: [card().chip.files["card_access"], tlv.parse(card().chip.files["dg14"], 0x6E).value], 100),
    "security_object": Target(security_object, _files("sod"), 40),
    "certificate": Target(certificate, lambda: [card().pki.csca.der, card().pki.signer.der], 40),
    "revocation_list": Target(revocation_list, lambda: [card().pki.revocation_list([1, 4711])], 30),
    "master_list": Target(master_list, lambda: [card().pki.master_list([card().pki.csca.der])], 5, longest=8192),
    "com": Target(com.parse, _files("com"), 100),
    "dg1": Target(zone, _files("dg1"), 100),
    "dg2": Target(
        portrait_data_group, lambda: [card().chip.files["dg2"], issue(Profile(image_size=2_000, modern_image=True), pki=card().pki).chip.files["dg2"]], 60
    ),
    "portrait": Target(portrait_image, lambda: [dg2.parse(card().chip.files["dg2"])], 3, longest=16_384),
    "dg13": Target(dg13.parse, _files("dg13"), 100),
    "dg14": Target(chip_keys, _files("dg14"), 40),
    "dg15": Target(signing_key, _files("dg15"), 30),
    "secured_answer": Target(secured_answer, _answers, 60),
    "authentic_answer": Target(authentic_answer, _bodies, 60),
    "session": Target(answers_of_a_chip, _session, 20),
    "evidence": Target(stored_evidence, lambda: [genuine().to_json().encode()], 30, longest=16_384),
    "judged_evidence": Target(judged_evidence, lambda: [bytes([0]) + genuine().files["dg1"]], 1),
}


def attempt(target: Target, data: bytes) -> None:
    """Runs one input; typed errors are the expected outcome."""
    try:
        target.run(data)
    except ChipError:
        return
