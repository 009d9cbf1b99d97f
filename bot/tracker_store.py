"""Conversations at rest: one encrypted row for each turn, in PostgreSQL.

Table `turns`: (`sender_id`, `seq`) is the key, `events` holds the turn's Rasa events as compressed JSON under AES-GCM with `key_id`, bound to
its place. A turn is written only behind the turns that were read before it, so two processes can never both continue a conversation:
the second one fails. Every error reaches the caller; nothing is kept in memory instead.

TrackerStoreError
├── TrackerUnavailable   the database does not answer
├── TurnConflict         somebody else continued this conversation since it was read
└── TrackerUnreadable    a row that no key opens, or that is not what we wrote
"""

from __future__ import annotations

import asyncio
import copy
import json
import zlib
from collections import deque
from typing import Any, Callable, Dict, Iterable, Iterator, List, Optional, Text, Tuple, TypeVar

import sqlalchemy as sa
from encryption import EncryptionError, KeyRing
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, Event, UserUttered
from rasa.shared.core.slots import Slot
from rasa.shared.core.trackers import DialogueStateTracker, EventVerbosity
from rasa.shared.utils.common import all_subclasses
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

T = TypeVar("T")
STATEMENT_MILLISECONDS = 2000
CONNECT_SECONDS = 2

RECENT_STATES = 8  # twice the longest rule
RECENT_TURNS = 3
_EVENT_CLASSES = {event_class.type_name: event_class for event_class in all_subclasses(Event)}


def _copy_slot(slot: Slot) -> Slot:
    """Python's general way of copying takes several times as long, and every tracker copies every slot."""
    twin = object.__new__(type(slot))
    twin.__dict__.update(slot.__dict__)
    return twin


Slot.__copy__ = _copy_slot

metadata = sa.MetaData()
turns = sa.Table(
    "turns",
    metadata,
    sa.Column("sender_id", sa.Text, primary_key=True),
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("key_id", sa.Text, nullable=False),
    sa.Column("events", sa.LargeBinary, nullable=False),
    sa.Column("stored_at", sa.TIMESTAMP(timezone=True), nullable=False, server_default=sa.func.now(), index=True),
)


class TrackerStoreError(Exception):
    """Nothing was stored, or nothing could be read."""


class TrackerUnavailable(TrackerStoreError):
    pass


class TurnConflict(TrackerStoreError):
    pass


class TrackerUnreadable(TrackerStoreError):
    pass


class StoredTracker(DialogueStateTracker):
    """A tracker that knows how much of it was in the database when it was read, and whose cost does not grow with the conversation."""

    stored_turns = 0
    stored_events = 0

    def init_copy(self) -> StoredTracker:
        """Nothing said yet, with the same slots."""
        return StoredTracker(self.sender_id, self.slots.values(), self._max_event_history, is_rule_tracker=self.is_rule_tracker)

    def copy(self) -> StoredTracker:
        """The same state, independent of this one; Rasa would play the whole conversation again, at every action."""
        twin = copy.copy(self)
        twin.events = deque(self.events, self._max_event_history)
        twin.slots = {name: copy.copy(slot) for name, slot in self.slots.items()}
        twin.latest_message = copy.copy(self.latest_message)
        twin.active_loop = copy.copy(self.active_loop)
        return twin

    def _events_for_verbosity(self, event_verbosity: EventVerbosity) -> Optional[List[Event]]:
        """What an action is told: the newest turns, and none of ours looks further back."""
        events = super()._events_for_verbosity(event_verbosity)
        if events is None:
            return None
        messages = [index for index, event in enumerate(events) if isinstance(event, UserUttered)]
        return events[messages[-RECENT_TURNS] :] if len(messages) > RECENT_TURNS else events

    def generate_all_prior_trackers(self) -> Iterator[Tuple[DialogueStateTracker, bool]]:
        """Only the newest states, which is all that a rule looks at; Rasa would compute one for every action since the beginning, in every turn.

        The oldest of them counts as not hidden, as the beginning of a conversation does: policies that skip rule turns must find a state.
        """
        past = self.init_copy()
        applied = self.applied_events()
        unseen = max(0, sum(isinstance(event, ActionExecuted) for event in applied) - RECENT_STATES)
        oldest = True
        for event in applied:
            if isinstance(event, ActionExecuted):
                if unseen > 0:
                    unseen -= 1
                else:
                    yield past, event.hide_rule_turn and not oldest
                    oldest = False
            past.update(event)
        yield past, False


class EncryptedTrackerStore(TrackerStore):
    """Rasa's interface over the table `turns`. `url` is libpq style; a socket directory goes in as `?host=`."""

    def __init__(self, url: str, keys: KeyRing, domain: Optional[Domain] = None) -> None:
        super().__init__(domain)
        self.key_ring = keys
        self.engine = sa.create_engine(
            url,
            pool_size=2,
            max_overflow=2,
            pool_timeout=CONNECT_SECONDS,
            pool_pre_ping=True,
            hide_parameters=True,
            connect_args={"connect_timeout": CONNECT_SECONDS, "options": f"-c statement_timeout={STATEMENT_MILLISECONDS}"},
        )

    def create_tables(self) -> None:
        """Creates what is missing; several processes may start at once. Raises TrackerUnavailable."""

        def create(connection: sa.engine.Connection) -> None:
            connection.execute(sa.text("SELECT pg_advisory_xact_lock(hashtext('troly.turns'))"))
            metadata.create_all(connection)

        self.transact(create)

    def close(self) -> None:
        self.engine.dispose()

    async def ping(self) -> None:
        """Raises TrackerUnavailable when a turn could not be stored now."""
        await self._in_thread(lambda connection: connection.execute(sa.text("SELECT 1")))

    def init_tracker(self, sender_id: Text) -> StoredTracker:
        return StoredTracker(sender_id, self.domain.slots, max_event_history=self.max_event_history)

    async def retrieve(self, sender_id: Text) -> Optional[StoredTracker]:
        """The whole conversation, or None when there is none yet."""
        rows = await self._in_thread(lambda connection: self.rows(connection, sender_id))
        if not rows:
            return None
        events = [event for row in rows for event in self.open_row(row)]
        tracker = StoredTracker.from_events(sender_id, [_revive(event) for event in events], self.domain.slots)
        tracker.stored_turns, tracker.stored_events = len(rows), len(events)
        return tracker

    async def retrieve_full_tracker(self, conversation_id: Text) -> Optional[DialogueStateTracker]:
        return await self.retrieve(conversation_id)

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Stores what happened since the tracker was read, as one row. Raises TurnConflict when it is no longer the newest."""
        if not isinstance(tracker, StoredTracker):
            raise TypeError("only a tracker that came from this store can be saved in it")
        fresh = [event.as_dict() for event in list(tracker.events)[tracker.stored_events :]]
        if not fresh:
            return
        key_id, sealed = self.key_ring.seal(zlib.compress(json.dumps(fresh).encode()), row_context(tracker.sender_id, tracker.stored_turns))
        row = {"sender_id": tracker.sender_id, "seq": tracker.stored_turns, "key_id": key_id, "events": sealed}
        await self._in_thread(lambda connection: connection.execute(sa.insert(turns).values(row)))
        tracker.stored_turns += 1
        tracker.stored_events += len(fresh)

    async def keys(self) -> Iterable[Text]:  # type: ignore[override]
        raise NotImplementedError("conversations are not listed")

    @staticmethod
    def rows(connection: sa.engine.Connection, sender_id: Text) -> List[Any]:
        """The rows of one conversation in order."""
        return connection.execute(sa.select(turns).where(turns.c.sender_id == sender_id).order_by(turns.c.seq)).all()

    def open_row(self, row: Any) -> List[Dict[Text, Any]]:
        """The events of one turn. Raises TrackerUnreadable."""
        try:
            return json.loads(zlib.decompress(self.key_ring.open(row.key_id, row.events, row_context(row.sender_id, row.seq))))
        except (EncryptionError, zlib.error, ValueError) as error:
            raise TrackerUnreadable(f"turn {row.seq} cannot be read") from error

    async def _in_thread(self, work: Callable[[sa.engine.Connection], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(None, self.transact, work)

    def transact(self, work: Callable[[sa.engine.Connection], T]) -> T:
        """Does the work in one transaction. Raises TurnConflict or TrackerUnavailable."""
        try:
            with self.engine.begin() as connection:
                return work(connection)
        except IntegrityError as error:
            raise TurnConflict("the conversation went on elsewhere") from error
        except (DBAPIError, PoolTimeoutError) as error:
            raise TrackerUnavailable("the tracker database does not answer") from error


def _revive(stored: Dict[Text, Any]) -> Event:
    """A Rasa event of its dictionary. Rasa's own way searches all event classes anew for every event, half of the cost of reading."""
    return _EVENT_CLASSES[stored["event"]]._from_parameters(stored)


def row_context(sender_id: Text, seq: int) -> str:
    """What a row is bound to when it is encrypted: its place."""
    return f"{sender_id}:{seq}"
