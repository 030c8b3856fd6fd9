"""What the errors of the Kafka driver mean to us."""

from collections.abc import Iterator
from contextlib import contextmanager

from aiokafka.errors import KafkaError

from events_face_core.kernel import DependencyUnavailableError


@contextmanager
def translated_errors() -> Iterator[None]:
    """Turn the errors of a call to the driver into ``DependencyUnavailableError``.

    All of them: what a broker refuses, an operator can mend, and nothing is lost by waiting.
    """
    try:
        yield
    except (KafkaError, OSError) as error:
        reason = " ".join(str(error).split()) or type(error).__name__
        raise DependencyUnavailableError(f"Kafka: {reason}", reached=True) from error
