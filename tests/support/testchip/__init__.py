"""A CCCD-like chip for tests and demonstrations: its own CSCA and document signer, every profile and every fault, in-process and over the vpcd socket.

It is not part of the product and no product code imports it. Everything on it is invented. Use::

    issued = issue(Profile())                 # a TestChip, its PKI, the holder
    evidence = read(issued.chip.present(), AccessKeys(can=issued.holder.can))
    store = issued.trust_store()

Over PC/SC: `VpcdCard(chip, port)` connects to a running vpcd; `python -m tests.support.testchip --port 35963` does it from the shell.
"""

from tests.support.testchip.chip import Faults, TestChip
from tests.support.testchip.holder import Holder
from tests.support.testchip.issue import Issue, Profile, issue
from tests.support.testchip.pki import Pki
from tests.support.testchip.vpcd import VpcdCard

__all__ = ["Faults", "Holder", "Issue", "Pki", "Profile", "TestChip", "VpcdCard", "issue"]
