"""Structured hostile input (hypothesis): mutations of real files, and TLV trees of any shape. The bulk is `make fuzz`."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz.targets import TARGETS, attempt, card
from verification_service.chip import tlv
from verification_service.chip.channel import Channel
from verification_service.chip.curves import PACE_PARAMETERS
from verification_service.chip.errors import MalformedData
from verification_service.chip.files import DG2, FileReader

QUICK = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])

trees = st.recursive(
    st.builds(tlv.encode, st.sampled_from([0x02, 0x04, 0x06, 0x0C, 0x13, 0x53, 0x5C, 0x5F1F, 0x80, 0x87, 0x8E, 0x99]), st.binary(max_size=24)),
    lambda inner: st.builds(
        lambda tag, parts: tlv.encode(tag, b"".join(parts)),
        st.sampled_from([0x30, 0x31, 0x60, 0x61, 0x65, 0x6D, 0x6E, 0x6F, 0x75, 0x77, 0x7C, 0x7F60, 0x7F61, 0xA0, 0xA1]),
        st.lists(inner, max_size=5),
    ),
    max_leaves=20,
)


@st.composite
def mutated(draw, seeds: list[bytes]) -> bytes:
    """A seed with a few bytes changed, cut out, doubled, or its end missing."""
    data = bytearray(draw(st.sampled_from(seeds)))
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, max(0, len(data) - 1)))
        change = draw(st.sampled_from(["set", "cut", "insert", "double", "end"]))
        if change == "set" and data:
            data[at] = draw(st.integers(0, 255))
        elif change == "cut":
            del data[at : at + draw(st.integers(1, 40))]
        elif change == "insert":
            data[at:at] = draw(st.binary(max_size=8))
        elif change == "double":
            data[at:at] = data[at : at + 30]
        else:
            del data[at:]
    return bytes(data)


@pytest.mark.parametrize("name", TARGETS)
def test_only_typed_errors_on_mutated_input(name):
    target = TARGETS[name]
    seeds = target.seeds()

    @settings(QUICK, max_examples=20 if target.share < 10 else 60)
    @given(mutated(seeds))
    def run(data: bytes) -> None:
        attempt(target, data)

    run()


@pytest.mark.parametrize("name", [name for name in TARGETS if name not in ("portrait", "judged_evidence")])
@QUICK
@given(data=trees | st.binary(max_size=200))
def test_only_typed_errors_on_any_shape(name, data):
    attempt(TARGETS[name], data)


@QUICK
@given(st.integers(1, 0xFFFF), st.binary(max_size=300))
def test_tlv_round_trip(number, value):
    tag = 0x7F00 | (number & 0x7F) if number & 0x1F == 0x1F else 0x80 | (number & 0x1E)
    assert tlv.parse_all(tlv.encode(tag, value)) == [tlv.Node(tag, value)]


@QUICK
@given(st.sampled_from(sorted(PACE_PARAMETERS)), st.binary(min_size=1, max_size=140))
def test_points_that_are_not_on_the_curve_are_refused(parameter, data):
    curve = PACE_PARAMETERS[parameter]
    try:
        assert curve.contains(curve.decode(data))
    except MalformedData:
        return


def test_a_file_that_claims_to_be_huge_is_refused_before_it_is_read():
    class Huge:
        exchanges = 0

        def transmit(self, command: bytes) -> bytes:
            self.exchanges += 1
            return b"\x90\x00" if command[1] == 0xA4 else b"\x75\x83\xff\xff\xff\x90\x00"

    chip = Huge()
    with pytest.raises(MalformedData, match="too large"):
        FileReader(Channel(chip)).read(DG2)
    assert chip.exchanges == 2


def test_deep_nesting_does_not_exhaust_the_stack():
    data = b""
    for _ in range(3000):
        data = tlv.encode(0x30, data)
    for name in ("tlv", "security_infos", "security_object", "certificate", "dg13", "dg2", "evidence"):
        attempt(TARGETS[name], data)
    attempt(TARGETS["evidence"], b"[" * 100_000)
    attempt(TARGETS["security_object"], tlv.encode(0x77, data))
    assert card().chip.files
