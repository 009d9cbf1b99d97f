"""Chip reading beside the targets of chip.md §6.5. Reader side only: the emulator's own time is measured and taken off where the target excludes it."""

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tests.support.pcsc import PCSCD, PcscService, start
from tests.support.testchip import Faults, Issue, Profile, VpcdCard, issue
from tests.support.testchip.messaging import ChipMessaging
from tests.support.testchip.pki import NOW
from tests.support.waiting import until
from verification_service.chip import AccessKeys, Issued, read, verify, wait_for_card
from verification_service.chip.apdu import Command
from verification_service.chip.ciphers import CipherName, SessionKeys
from verification_service.chip.curves import PACE_PARAMETERS
from verification_service.chip.pace_mapping import generic
from verification_service.chip.secure_messaging import SecureMessaging

ROUNDS = 15


class Stopwatch:
    """A transceiver that adds up wall and processor time spent beyond it, the chip's share."""

    def __init__(self, inner) -> None:
        self._inner, self.wall, self.cpu, self.count = inner, 0.0, 0.0, 0

    def transmit(self, command: bytes) -> bytes:
        wall, cpu = time.perf_counter(), time.thread_time()
        answer = self._inner.transmit(command)
        self.wall += time.perf_counter() - wall
        self.cpu += time.thread_time() - cpu
        self.count += 1
        return answer


def median(action: Callable[[], float], rounds: int = ROUNDS) -> float:
    return statistics.median(action() for _ in range(rounds))


def row(name: str, target: float, measured: float, unit: str) -> None:
    mark = "ok" if measured <= target else "ABOVE"
    sys.stdout.write(f"{name:62} target ≤ {target:7.2f} {unit:5}  measured {measured:7.2f} {unit:5}  {mark}\n")


def wall_row(name: str, target: float, measured: list[float]) -> None:
    """Wall time suffers from whatever else runs: the best round is shown beside the median."""
    row(f"{name} (best {min(measured):.0f})", target, statistics.median(measured), "ms")


def session(issued: Issue) -> tuple[float, float, float]:
    """Client processor seconds, wall seconds beyond transmit, APDUs of a whole session with its judgement."""
    store, own = issued.trust_store(), Stopwatch(issued.chip.present())
    verify(read(own, AccessKeys(can=issued.holder.can), issued=Issued.new()), store, NOW)
    watch = Stopwatch(issued.chip.present())
    wall, cpu = time.perf_counter(), time.thread_time()
    verify(read(watch, AccessKeys(can=issued.holder.can), issued=Issued.new()), store, NOW)
    return time.thread_time() - cpu - watch.cpu, time.perf_counter() - wall - watch.wall, watch.count


def per_kilobyte(cipher: CipherName, length: int) -> float:
    """Milliseconds of processor time to wrap, verify and open 1 KB in blocks of `length`."""
    keys = SessionKeys(cipher, os.urandom(cipher.key_length), os.urandom(cipher.key_length))
    client, chip = SecureMessaging(keys), ChipMessaging(keys)
    spent, blocks = 0.0, 200
    for _ in range(blocks):
        began = time.thread_time()
        client.protect(Command(0x00, 0xB0, 0x00, 0x00, expected=length))
        spent += time.thread_time() - began
        chip.counter += 1
        answer = chip.seal(bytes(length), 0x9000, odd=False)
        began = time.thread_time()
        client.unprotect(answer)
        spent += time.thread_time() - began
    return 1000 * spent / (blocks * length / 1024)


def passive(issued: Issue) -> float:
    evidence = read(issued.chip.present(), AccessKeys(can=issued.holder.can), issued=Issued.new())
    store = issued.trust_store()
    verify(evidence, store, NOW)
    began = time.thread_time()
    verify(evidence, store, NOW)
    return 1000 * (time.thread_time() - began)


def pace_mathematics() -> float:
    curve = PACE_PARAMETERS[13]
    chip_scalar, chip_second = curve.random_scalar(), curve.random_scalar()
    chip_point, nonce = curve.base_multiply(chip_scalar), os.urandom(16)
    own, own_second = curve.random_scalar(), curve.random_scalar()
    began = time.thread_time()
    own_point = curve.base_multiply(own)
    generator = generic(curve, nonce, curve.multiply(own, chip_point))
    own_key = curve.multiply(own_second, generator)
    spent = time.thread_time() - began
    chip_key = curve.multiply(chip_second, generator)
    began = time.thread_time()
    curve.shared_x(own_second, chip_key)
    assert own_point != own_key
    return 1000 * (spent + time.thread_time() - began)


def over_pcsc(service: PcscService, issued: Issue, extended: bool, delay: float = 0.0, rounds: int = 5) -> list[float]:
    """Wall milliseconds of whole sessions through pcscd and vpcd, chip included."""
    issued.chip.faults = Faults(delay=delay)
    with VpcdCard(issued.chip, service.empty().port):
        return [1000 * _timed_session(issued, extended) for _ in range(rounds)]


def _timed_session(issued: Issue, extended: bool) -> float:
    with wait_for_card("CCCD Test Reader 00 00", timeout=30) as card:
        began = time.perf_counter()
        verify(read(card, AccessKeys(can=issued.holder.can), issued=Issued.new(), extended=extended), issued.trust_store(), NOW)
        return time.perf_counter() - began


def main() -> int:
    issued = issue(Profile(image_size=18_000))
    bac = issue(Profile(access="bac", image_size=18_000))
    sessions = [session(issued) for _ in range(ROUNDS)]
    cpu, _, count = (statistics.median(column) for column in zip(*sessions, strict=True))
    size = sum(len(data) for data in issued.chip.files.values())
    sys.stdout.write(f"{size / 1000:.1f} kB, {count:.0f} APDUs, PACE + CA + AA + passive authentication, load {os.getloadavg()[0]:.1f}\n")
    row("client processor time of a session", 100, 1000 * cpu, "ms")
    wall_row("wall time of a session less transmit", 60, [1000 * one[1] for one in sessions])
    row("processor time per APDU outside transmit", 0.3, 1000 * per_apdu(bac), "ms")
    row("secure messaging AES-128, 223-byte blocks", 0.4, median(lambda: per_kilobyte(CipherName.AES128, 223)), "ms/KB")
    row("secure messaging 3DES, 223-byte blocks", 1.2, median(lambda: per_kilobyte(CipherName.TDES, 223)), "ms/KB")
    row("judging (passive, active and chip authentication), warm store", 20, median(lambda: passive(issued)), "ms")
    row("PACE terminal mathematics, brainpoolP256r1", 60, median(pace_mathematics), "ms")
    if PCSCD is None:
        sys.stdout.write("pcscd is not installed: the sessions over PC/SC were left out\n")
        return 0
    with tempfile.TemporaryDirectory(prefix="pcsc") as folder:
        service = start(Path(folder))
        os.environ["PCSCLITE_CSOCK_NAME"] = str(service.socket)
        try:
            until(service.socket.exists)
            wall_row("session over pcscd, no latency, short", 300, over_pcsc(service, issued, extended=False))
            wall_row("session over pcscd, no latency, extended", 300, over_pcsc(service, issued, extended=True))
            wall_row("session over pcscd, 15 ms per APDU, short", 2500, over_pcsc(service, issued, extended=False, delay=0.015, rounds=3))
            wall_row("session over pcscd, 15 ms per APDU, extended", 1200, over_pcsc(service, issued, extended=True, delay=0.015, rounds=3))
        finally:
            service.stop()
    return 0


def per_apdu(issued: Issue) -> float:
    """Processor seconds per APDU of reading alone, without PACE and judgement: a BAC session."""

    def once() -> float:
        watch = Stopwatch(issued.chip.present())
        began = time.thread_time()
        read(watch, AccessKeys(mrz=issued.holder.mrz_key))
        return (time.thread_time() - began - watch.cpu) / watch.count

    return median(once)


if __name__ == "__main__":
    sys.exit(main())
