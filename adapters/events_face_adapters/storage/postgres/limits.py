"""How long PostgreSQL is waited for, and how many connections are held."""

from datetime import timedelta

from attrs import field, frozen, validators


@frozen(kw_only=True)
class PostgresLimits:
    """The limits of one process.

    Attributes:
        least_connections: kept open when there is nothing to do.
        most_connections: how many transactions and reads can be under way at once.
        connecting: how long opening a connection may take.
        patience: how long a call waits for its turn on a connection.
        statement: how long one statement may run.
        lock: how long a statement may wait for a lock.
        idle: how long a transaction may stand open without a statement.
    """

    least_connections: int = field(default=1, validator=validators.ge(0))
    most_connections: int = field(default=10, validator=validators.ge(1))
    connecting: timedelta = timedelta(seconds=5)
    patience: timedelta = timedelta(seconds=5)
    statement: timedelta = timedelta(seconds=10)
    lock: timedelta = timedelta(seconds=5)
    idle: timedelta = timedelta(seconds=30)
