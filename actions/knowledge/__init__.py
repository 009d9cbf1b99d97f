"""Dated answers: which one a question means, which version holds on the day it is asked, and how sure we are.

Errors: `KnowledgeError` (a unit file that breaks the form of nlu_data/knowledge/README.md, or a library without units).
"""


class KnowledgeError(Exception):
    """A unit file that cannot be used; the message names the file and what is wrong."""
