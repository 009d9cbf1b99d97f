"""Is this the chip that was issued, or a copy of its files? (ICAO 9303-11 §4.4.3.5, §6)

Proof is only what the verifier can believe: a signature over its own challenge, or a chip authentication (or PACE-CAM run) whose ephemeral key it held
itself. The keys must come from files that EF.SOD covers.
"""

from verification_service.chip import active_authentication as active
from verification_service.chip import chip_authentication as chip
from verification_service.chip import cms, dg15, pace, passive, security_infos
from verification_service.chip.case import WEAK_HASH, Case
from verification_service.chip.checks import Check, State
from verification_service.chip.curves import PACE_PARAMETERS
from verification_service.chip.errors import ChipAuthenticationFailed, ChipError, MalformedData, UnsupportedAlgorithm
from verification_service.chip.files import CARD_SECURITY, DG14, DG15, ChipFile
from verification_service.chip.security_infos import ChipPublicKey, Mapping

SECURITY_OBJECT = "0.4.0.127.0.7.3.2.1"


def active_authentication(case: Case) -> Check:
    """The chip signed the verifier's challenge with the key of DG15."""
    name = "active_authentication"
    if obstacle := _key_file_obstacle(case, name, DG15):
        return obstacle
    evidence, issued = case.evidence, case.evidence.issued
    if evidence.signature is None:
        refused = name in evidence.problems
        return Check(name, State.FAILED if refused else State.NOT_PROVEN, "refused" if refused else "no_signature")
    if issued is None:
        return Check(name, State.NOT_PROVEN, "challenge_not_ours")
    if evidence.challenge != issued.challenge:
        return Check(name, State.FAILED, "other_challenge")
    return _judge_signature(case, issued.challenge, evidence.signature)


def _judge_signature(case: Case, challenge: bytes, signature: bytes) -> Check:
    name = "active_authentication"
    algorithm = case.infos.signature_algorithm if case.infos else None
    try:
        right = active.verify(dg15.parse(case.evidence.files[DG15.name]), challenge, signature, algorithm)
    except UnsupportedAlgorithm:
        return Check(name, State.NOT_PROVEN, "algorithm_not_spoken")
    except ChipError:
        return Check(name, State.FAILED, "malformed")
    return Check(name, State.PASSED) if right else Check(name, State.FAILED, "signature_wrong")


def chip_authentication(case: Case) -> Check:
    """The chip answered under keys that only the owner of DG14's private key could derive, against an ephemeral key that the verifier held."""
    name = "chip_authentication"
    if obstacle := _key_file_obstacle(case, name, DG14):
        return obstacle
    if case.infos is None:
        return Check(name, State.FAILED, "malformed")
    if not chip.supported(case.infos):
        return Check(name, State.NOT_SUPPORTED, "no_key")
    held = case.evidence.issued.chip_authentication if case.evidence.issued else None
    if held is None or held.answer is None:
        return _unheld(case)
    try:
        held.confirmed_keys(case.evidence.files[DG14.name])
    except ChipAuthenticationFailed:
        return Check(name, State.FAILED, "key_not_owned")
    return Check(name, State.PASSED)


def _unheld(case: Case) -> Check:
    """No answer reached the verifier: only a failure that the reader reports counts."""
    seen = case.evidence.chip_authentication
    if seen == "failed":
        return Check("chip_authentication", State.FAILED, "failed_at_reader")
    if seen == "not_supported":
        return Check("chip_authentication", State.NOT_PROVEN, "algorithm_not_spoken")
    return Check("chip_authentication", State.NOT_PROVEN, "key_held_by_reader" if seen == "done" else "not_run")


def pace_chip_mapping(case: Case) -> Check:
    """PACE-CAM: the key that made the mapping point is a signed one, in DG14 or in EF.CardSecurity. Everything read travelled in that very session."""
    name = "pace_chip_mapping"
    if case.evidence.access.mapping != Mapping.CHIP_AUTHENTICATION:
        return Check(name, State.NOT_SUPPORTED, "other_mapping")
    secrets = case.evidence.issued.pace if case.evidence.issued else None
    if secrets is None:
        return Check(name, State.NOT_PROVEN, "key_held_by_reader")
    keys = [key.encoded for key in _mapping_keys(case) if key.curve is PACE_PARAMETERS.get(secrets.parameter)]
    if not keys:
        return Check(name, State.NOT_PROVEN, "no_signed_keys")
    try:
        owned = any(pace.verify_chip_mapping(secrets, key) for key in keys)
    except (MalformedData, UnsupportedAlgorithm):
        owned = False
    return Check(name, State.PASSED) if owned else Check(name, State.FAILED, "key_not_owned")


def _mapping_keys(case: Case) -> list[ChipPublicKey]:
    keys = list(case.infos.chip_keys) if case.infos else []
    if CARD_SECURITY.name not in case.evidence.files:
        return keys
    try:
        signed = cms.parse(case.evidence.files[CARD_SECURITY.name])
        weak = WEAK_HASH in signed.hashes and not case.store.allow_sha1
        if not weak and signed.content_type == SECURITY_OBJECT and not signed.signature_reason() and passive.may_sign(case, signed.signer()):
            keys += security_infos.parse(signed.content).chip_keys
    except ChipError:
        return keys
    return keys


def copy_protection(case: Case) -> Check:
    """The sum: one proof suffices, one failure refutes, nothing offered means the chip could be copied."""
    checks = [active_authentication(case), chip_authentication(case), pace_chip_mapping(case)]
    proofs = [check.name for check in checks if check.state is State.PASSED]
    failures = [check.name for check in checks if check.state is State.FAILED]
    if failures:
        return Check("copy_protection", State.FAILED, "refuted", ", ".join(failures))
    if proofs:
        return Check("copy_protection", State.PASSED, detail=", ".join(proofs))
    if all(check.state is State.NOT_SUPPORTED for check in checks):
        return Check("copy_protection", State.NOT_SUPPORTED, "copies_cannot_be_told")
    return Check("copy_protection", State.NOT_PROVEN, "no_proof")


def _key_file_obstacle(case: Case, name: str, file: ChipFile) -> Check | None:
    if case.security_object is None:
        return Check(name, State.NOT_CHECKED, "no_list")
    if file.number not in case.listed:
        # A key file that the SOD does not list is an addition, not an absence.
        return Check(name, State.FAILED, "key_not_signed") if file.name in case.evidence.files else Check(name, State.NOT_SUPPORTED, "no_key_file")
    if file.name not in case.evidence.files:
        return Check(name, State.FAILED, "key_withheld")
    if case.signed(file.name) is None:
        return Check(name, State.FAILED, "key_not_signed")
    return None
