"""The fixtures of a running verification service."""

from tests.support.verification import csca_directory, face_matcher, gateway, order, pack_path, people, pki, running

__all__ = ["csca_directory", "face_matcher", "gateway", "order", "pack_path", "people", "pki", "running"]
