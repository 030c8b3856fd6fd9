"""What every context stands on: ids, time, errors, messages, paging, transactions, the outbox."""

from events_face_core.kernel.access import (
    GUEST,
    SYSTEM,
    Actor,
    ForbiddenError,
    Role,
    SignInRequiredError,
    ThrottledError,
    require,
    require_signed_in,
)
from events_face_core.kernel.addresses import email_address
from events_face_core.kernel.backoff import Backoff, Chance
from events_face_core.kernel.clock import Clock
from events_face_core.kernel.errors import (
    DependencyUnavailableError,
    ErrorKind,
    EventsFaceError,
    InvalidInputError,
    StaleVersionError,
    StorageUnavailableError,
    check_each,
)
from events_face_core.kernel.idempotency import (
    FirstUse,
    IdempotencyKey,
    IdempotencyKeyReusedError,
    IdempotencyKeys,
)
from events_face_core.kernel.ids import Ids
from events_face_core.kernel.instants import in_utc
from events_face_core.kernel.languages import Language
from events_face_core.kernel.messages import Act, Message
from events_face_core.kernel.operations import OutboxOperations
from events_face_core.kernel.outbox import (
    Delivery,
    DeliveryHandler,
    Outbox,
    OutboxReads,
    OutboxRow,
    OutboxState,
    Publisher,
    UndeliverableError,
)
from events_face_core.kernel.paging import DEFAULT_PAGE, LARGEST_PAGE, Cursor, Page, check_limit
from events_face_core.kernel.relay import Gate, Relay
from events_face_core.kernel.request_ids import RequestIds
from events_face_core.kernel.text import has_control_characters, one_line
from events_face_core.kernel.tracing import NO_TRACES, NoTraces, Traces
from events_face_core.kernel.transactions import Transaction, UnitOfWork

__all__ = [
    "DEFAULT_PAGE",
    "GUEST",
    "LARGEST_PAGE",
    "NO_TRACES",
    "SYSTEM",
    "Act",
    "Actor",
    "Backoff",
    "Chance",
    "Clock",
    "Cursor",
    "Delivery",
    "DeliveryHandler",
    "DependencyUnavailableError",
    "ErrorKind",
    "EventsFaceError",
    "FirstUse",
    "ForbiddenError",
    "Gate",
    "IdempotencyKey",
    "IdempotencyKeyReusedError",
    "IdempotencyKeys",
    "Ids",
    "InvalidInputError",
    "Language",
    "Message",
    "NoTraces",
    "Outbox",
    "OutboxOperations",
    "OutboxReads",
    "OutboxRow",
    "OutboxState",
    "Page",
    "Publisher",
    "Relay",
    "RequestIds",
    "Role",
    "SignInRequiredError",
    "StaleVersionError",
    "StorageUnavailableError",
    "ThrottledError",
    "Traces",
    "Transaction",
    "UndeliverableError",
    "UnitOfWork",
    "check_each",
    "check_limit",
    "email_address",
    "has_control_characters",
    "in_utc",
    "one_line",
    "require",
    "require_signed_in",
]
