"""Full sessions through the real stack: pyscard → pcscd → vpcd → the test chip."""

import subprocess
import sys
import threading

import pytest

from tests.support.pcsc import PcscService, pcsc
from tests.support.testchip import Faults, Profile, VpcdCard, issue
from tests.support.testchip.issue import chip_key
from tests.support.testchip.pki import NOW
from verification_service.chip import (
    AccessAlreadyDenied,
    AccessDenied,
    AccessKeys,
    CardRemoved,
    Expected,
    Issued,
    NoCard,
    ReaderNotFound,
    Verdict,
    read,
    reader_names,
    verify,
    wait_for_card,
)
from verification_service.chip.ciphers import CipherName
from verification_service.chip.pcsc import card_events

__all__ = ["pcsc"]

PROFILES = {
    "pace_only": Profile(access="pace"),
    "bac_only": Profile(access="bac"),
    "active_authentication_ec": Profile(chip=None),
    "active_authentication_rsa": Profile(chip=None, active="rsa"),
    "chip_authentication": Profile(active=None),
    "chip_authentication_3des": Profile(active=None, chip=CipherName.TDES),
    "no_vietnamese_fields": Profile(vietnamese=False),
    "jpeg_2000": Profile(image="jp2"),
    "portrait_60_kilobytes": Profile(image_size=60_000),
}


def read_over(service: PcscService, issued, **options):
    keys = AccessKeys(can=issued.holder.can, mrz=issued.holder.mrz_key)
    with VpcdCard(issued.chip, service.empty().port), wait_for_card(service.reader, timeout=20) as card:
        return read(card, options.pop("keys", keys), issued=Issued.new(), expected=Expected(number=issued.holder.number), **options)


@pytest.mark.parametrize("name", PROFILES)
@pytest.mark.parametrize("extended", [False, True], ids=["short", "extended"])
def test_every_profile_is_genuine(pcsc, name, extended):
    issued = issue(PROFILES[name])
    evidence = read_over(pcsc, issued, extended=extended)
    assert verify(evidence, issued.trust_store(), NOW).verdict is Verdict.GENUINE


def test_card_that_could_be_copied(pcsc):
    issued = issue(Profile(active=None, chip=None))
    assert verify(read_over(pcsc, issued), issued.trust_store(), NOW).verdict is Verdict.UNDECIDED


def test_copy_with_another_key(pcsc):
    issued = issue(Profile(active=None))
    issued.chip.chip_key = chip_key(Profile())
    report = verify(read_over(pcsc, issued), issued.trust_store(), NOW)
    assert report.check("chip_authentication").reason == "key_not_owned"
    assert report.verdict is Verdict.REJECTED


def test_wrong_can(pcsc):
    with pytest.raises(AccessDenied):
        read_over(pcsc, issue(), keys=AccessKeys(can="999999"))


def test_wrong_can_blocks_until_the_card_was_taken_away(pcsc):
    issued = issue()
    right, wrong = AccessKeys(can=issued.holder.can), AccessKeys(can="999999")
    with VpcdCard(issued.chip, pcsc.empty().port):
        with wait_for_card(pcsc.reader, timeout=20) as card, pytest.raises(AccessDenied):
            read(card, wrong)
        with wait_for_card(pcsc.reader, timeout=20) as card, pytest.raises(AccessAlreadyDenied):
            read(card, right)
    with VpcdCard(issued.chip, pcsc.empty().port), wait_for_card(pcsc.reader, timeout=20) as card:
        assert read(card, right).problems == {}


def test_session_dropped_in_the_middle(pcsc):
    issued = issue()
    issued.chip.faults = Faults(drop_session_at=60)
    assert verify(read_over(pcsc, issued), issued.trust_store(), NOW).verdict is Verdict.GENUINE


@pytest.mark.parametrize("at", [1, 5, 50])
def test_card_pulled_out_while_reading(pcsc, at):
    issued = issue()
    issued.chip.faults = Faults(remove_at=at)
    with pytest.raises(CardRemoved):
        read_over(pcsc, issued)


def test_two_cards_on_two_slots_at_once(pcsc):
    first, second = issue(), issue(Profile(access="bac"))
    keys = AccessKeys(mrz=first.holder.mrz_key)
    with (
        VpcdCard(first.chip, pcsc.empty().port),
        VpcdCard(second.chip, pcsc.port + 1),
        wait_for_card(pcsc.reader, timeout=20) as left,
        wait_for_card(pcsc.second_reader, timeout=20) as right,
    ):
        assert read(left, keys).access.protocol == "pace"
        assert read(right, keys).access.protocol == "bac"


def test_readers_are_found_by_a_part_of_their_name(pcsc):
    assert reader_names() == [pcsc.reader, pcsc.second_reader]
    with pytest.raises(ReaderNotFound), wait_for_card("no such reader"):
        pass


def test_nobody_presents_a_card(pcsc):
    with pytest.raises(NoCard), wait_for_card(pcsc.empty().reader, timeout=0.2):
        pass


def test_insert_and_remove_events(pcsc):
    seen, stop = [], threading.Event()
    inserted = threading.Event()

    def watch() -> None:
        for present in card_events(pcsc.reader, stop=stop, timeout=20):
            seen.append(present)
            if present:
                inserted.set()
            elif inserted.is_set():
                return

    pcsc.empty()
    watcher = threading.Thread(target=watch)
    watcher.start()
    with VpcdCard(issue().chip, pcsc.port):
        assert inserted.wait(20)
    watcher.join(20)
    stop.set()
    assert seen[-2:] == [True, False]


def test_service_down_is_a_typed_error():
    """In a process of its own: libpcsclite looks up its socket once."""
    program = (
        "from verification_service.chip import ReaderServiceDown, reader_names, wait_for_card\n"
        "for action in (reader_names, lambda: wait_for_card().__enter__()):\n"
        "    try:\n        action()\n    except ReaderServiceDown:\n        print('down')\n"
    )
    environment = {"PCSCLITE_CSOCK_NAME": "/nonexistent/pcscd.comm", "PATH": "/usr/bin:/bin"}
    result = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, timeout=60, check=True)
    assert result.stdout == "down\ndown\n"
