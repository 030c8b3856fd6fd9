"""JSON logs, one line each, with the id of the request they belong to."""

import logging
import sys
from contextvars import ContextVar

from pythonjsonlogger.msgspec import MsgspecFormatter

request_id: ContextVar[str] = ContextVar("request_id", default="")
"""The id of the request under way, or empty outside of one."""

_FIELDS = "%(levelname)s %(name)s %(message)s"


def configure_logs(level: str) -> None:
    """Log to standard output, as containers want it.

    Args:
        level: ``debug``, ``info``, ``warning`` or ``error``.
    """
    handler = logging.StreamHandler(sys.stdout)
    handler.addFilter(_add_request_id)
    handler.setFormatter(
        MsgspecFormatter(
            _FIELDS, timestamp=True, rename_fields={"levelname": "level", "name": "logger"}
        )
    )
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    # At INFO it tells of every job, and there are some each second.
    logging.getLogger("arq").setLevel(logging.WARNING if level == "info" else logging.NOTSET)
    # The Kafka driver tells of each of its attempts, several times a second while a broker is
    # away. What matters of it is told by those who use it.
    logging.getLogger("aiokafka").setLevel("DEBUG" if level == "debug" else "CRITICAL")
    # So does the exporter of traces while their collector is away.
    logging.getLogger("opentelemetry").setLevel("DEBUG" if level == "debug" else "CRITICAL")


def _add_request_id(record: logging.LogRecord) -> bool:
    current = request_id.get()
    if current:
        record.request_id = current
    return True
