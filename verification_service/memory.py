"""Portraits, camera frames and numbers live in memory only, and a crash must not write it to a disk."""

import resource


def keep_off_the_disk() -> None:
    """From now on this process leaves no core dump."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
