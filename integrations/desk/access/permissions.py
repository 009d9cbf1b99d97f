"""What each role may do: the one table. A route names a permission, never a role."""

from typing import Literal, get_args

Permission = Literal[
    "own_account", "conversations.read", "conversations.answer", "cases.assign", "personal_data.reveal", "tickets.read", "tickets.work", "tickets.assign",
    "learning.review", "board.read", "reports.read", "desk.configure", "staff.manage", "audit.read",
]  # fmt: skip
PERMISSIONS: tuple[Permission, ...] = get_args(Permission)

_AGENT: frozenset[Permission] = frozenset(
    {"own_account", "conversations.read", "conversations.answer", "personal_data.reveal", "tickets.read", "tickets.work", "learning.review"}
)
GRANTS: dict[str, frozenset[Permission]] = {
    "agent": _AGENT,
    "supervisor": _AGENT | {"cases.assign", "tickets.assign", "board.read", "reports.read", "desk.configure"},
    "field": frozenset({"own_account", "tickets.read", "tickets.work", "personal_data.reveal"}),
    "auditor": frozenset({"own_account", "audit.read", "reports.read"}),
    "admin": frozenset({"own_account", "staff.manage", "desk.configure"}),
}


def allows(role: str, permission: Permission) -> bool:
    return permission in GRANTS.get(role, frozenset())
