"""Chip authentication whose ephemeral key the server holds: the kiosk relays, and cannot talk the server into anything."""

import json
from dataclasses import replace

import pytest

from tests.support.testchip.issue import Profile, chip_key
from tests.support.testchip.pki import NOW
from tests.unit.chip.conftest import read_here, state_of
from verification_service.chip import (
    AccessKeys,
    ChipAuthenticationFailed,
    ChipAuthenticationStart,
    ChipAuthenticationUnsupported,
    Evidence,
    HeldChipAuthentication,
    Issued,
    MalformedData,
    SessionKeys,
    Verdict,
    new_challenge,
    read,
    verify,
)
from verification_service.chip.ciphers import CipherName


class Server:
    """What the verification service keeps between two requests, as JSON."""

    def __init__(self) -> None:
        self.challenge = new_challenge()
        self.stored: str | None = None

    def begin(self, dg14: bytes) -> dict:
        held = HeldChipAuthentication.begin(dg14)
        self.stored = json.dumps(held.to_dict())
        return held.start.to_dict()

    def finish(self, answer: bytes) -> dict:
        held = self.held()
        try:
            return held.finish(answer).to_dict()
        finally:
            self.stored = json.dumps(held.to_dict())

    def held(self) -> HeldChipAuthentication | None:
        return None if self.stored is None else HeldChipAuthentication.from_dict(json.loads(self.stored))

    def judge(self, body: str, issued) -> object:
        evidence = Evidence.from_json(body).attach(Issued(self.challenge, self.held()))
        return verify(evidence, issued.trust_store(), NOW)


class Relay:
    """The kiosk: everything passes through JSON."""

    def __init__(self, server: Server) -> None:
        self.server = server

    def begin(self, dg14: bytes) -> ChipAuthenticationStart:
        return ChipAuthenticationStart.from_dict(json.loads(json.dumps(self.server.begin(dg14))))

    def finish(self, answer: bytes) -> SessionKeys:
        return SessionKeys.from_dict(json.loads(json.dumps(self.server.finish(answer))))


def relayed(issued, server: Server, **options) -> Evidence:
    return read(issued.chip.present(), AccessKeys(can=issued.holder.can), chip_authenticator=Relay(server), **options)


@pytest.mark.parametrize("cipher", ["3des", "aes-128", "aes-192", "aes-256"])
def test_server_believes_its_own_key(card, cipher):
    issued, server = card(active=None, chip=CipherName(cipher)), Server()
    report = server.judge(relayed(issued, server).to_json(), issued)
    assert state_of(report, "chip_authentication") == ("passed", "")
    assert report.verdict is Verdict.GENUINE


def test_both_proofs_over_what_the_server_issued(card):
    issued, server = card(), Server()
    report = server.judge(relayed(issued, server, challenge=server.challenge).to_json(), issued)
    assert report.check("copy_protection").detail == "active_authentication, chip_authentication"


def test_what_the_kiosk_ran_alone_proves_nothing(card):
    issued = card(active=None)
    body = read_here(issued).to_json()
    report = Server().judge(body, issued)
    assert state_of(report, "chip_authentication") == ("not_proven", "key_held_by_reader")
    assert report.verdict is Verdict.UNDECIDED


def test_a_kiosk_cannot_smuggle_in_its_own_keys_or_challenge(card):
    issued = card()
    evidence = read_here(issued)
    body = evidence.to_record()
    assert json.loads(body)["issued"] is not None
    assert Evidence.from_json(body).issued is None
    report = verify(Evidence.from_json(body), issued.trust_store(), NOW)
    assert state_of(report, "active_authentication") == ("not_proven", "challenge_not_ours")
    assert report.verdict is Verdict.UNDECIDED


def test_keys_are_not_released_to_a_copy(card):
    issued, server = card(active=None), Server()
    copy = issued.chip.copy(chip_key=chip_key(Profile()))
    released = []

    class Watching(Relay):
        def finish(self, answer: bytes) -> SessionKeys:
            keys = super().finish(answer)
            released.append(keys)
            return keys

    evidence = read(copy.present(), AccessKeys(can=issued.holder.can), chip_authenticator=Watching(server))
    assert released == []
    report = server.judge(evidence.to_json(), issued)
    assert state_of(report, "chip_authentication") == ("failed", "key_not_owned")
    assert report.verdict is Verdict.REJECTED


def test_a_kiosk_that_hides_the_failure_gains_nothing(card):
    issued, server = card(active=None), Server()
    copy = issued.chip.copy(chip_key=chip_key(Profile()))
    evidence = read(copy.present(), AccessKeys(can=issued.holder.can), chip_authenticator=Relay(server))
    lying = replace(evidence, chip_authentication="done", problems={})
    assert server.judge(lying.to_json(), issued).verdict is Verdict.REJECTED


@pytest.mark.parametrize("curve", [12, 13, 17, 18], ids=["the same", "another", "512 bits", "521 bits"])
def test_a_foreign_dg14_at_the_start_does_not_count_for_this_card(card, curve):
    """The kiosk begins with the DG14 of a card whose key it owns, on whatever curve, then hands in the files of another."""
    own, victim, server = card(active=None, chip_parameter=curve), card(active=None, chip_parameter=12), Server()
    relayed(own, server)
    stolen = Evidence.from_json(read_here(victim).to_json())
    report = verify(stolen.attach(Issued(server.challenge, server.held())), victim.trust_store(), NOW)
    assert state_of(report, "chip_authentication") == ("failed", "key_not_owned")


def test_one_run_takes_one_answer(card):
    issued = card()
    held = HeldChipAuthentication.begin(issued.chip.files["dg14"])
    with pytest.raises(ChipAuthenticationFailed):
        held.finish(bytes.fromhex("6988"))
    with pytest.raises(ChipAuthenticationFailed, match="already"):
        held.finish(bytes.fromhex("9000"))


@pytest.mark.parametrize("answer", ["", "90", "9000", "6988", "6a82", "990290009000", "99029000 8e080000000000000000 9000", "8e00 9000"])
def test_no_answer_but_the_right_one_is_taken(card, answer):
    held = HeldChipAuthentication.begin(card().chip.files["dg14"])
    with pytest.raises(ChipAuthenticationFailed):
        held.finish(bytes.fromhex(answer))


def test_our_own_command_reflected_is_not_an_answer(card):
    held = HeldChipAuthentication.begin(card().chip.files["dg14"])
    command = held.start.first_command
    checksum = command[-9:-1]
    with pytest.raises(ChipAuthenticationFailed):
        held.finish(bytes.fromhex("99029000") + b"\x8e\x08" + checksum + b"\x90\x00")


def test_no_key_in_dg14_is_unsupported(card):
    with pytest.raises(ChipAuthenticationUnsupported):
        HeldChipAuthentication.begin(card(chip=None).chip.files["dg14"])


@pytest.mark.parametrize("record", [{}, {"scalar": 1}, {"scalar": "0x1", "dg14": "zz", "answer": None}, {"oid": "00"}])
def test_records_that_are_none(record):
    for kind in (HeldChipAuthentication, ChipAuthenticationStart, SessionKeys, Issued):
        with pytest.raises(MalformedData):
            kind.from_dict(record)


def test_what_is_sent_to_the_server_holds_no_secret(card):
    """Neither session keys nor the CAN nor a private key travel in evidence."""
    issued = card()
    own = Issued.new()
    body = read_here(issued, issued=own).to_json()
    assert hex(own.chip_authentication.scalar)[2:] not in body
    assert "scalar" not in body
    assert f'"{issued.holder.can}"' not in body
