"""Rows of the tables of reviews and replies."""

from events_face_adapters.storage.session import Row, Session
from events_face_core.engagement import Reply, Review, ReviewStatus

_REVIEW = """id, event_id, user_id, rating, content, created_at, updated_at, status,
    helpful_count"""
_REPLY = "id, review_id, user_id, content, created_at"

SELECT_REVIEW = f"SELECT {_REVIEW} FROM review"  # noqa: S608  # constant columns
SELECT_REPLY = f"SELECT {_REPLY} FROM review_reply"  # noqa: S608  # likewise

INSERT_REVIEW = f"""
INSERT INTO review ({_REVIEW}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
ON CONFLICT (event_id, user_id) DO NOTHING RETURNING id
"""  # noqa: S608  # likewise
"""Takes ``review_row``; returns nothing where the person reviewed the event already."""

INSERT_REPLY = f"INSERT INTO review_reply ({_REPLY}) VALUES ($1, $2, $3, $4, $5)"  # noqa: S608  # likewise
"""Takes ``reply_row``."""


def to_review(session: Session, row: Row) -> Review:
    """Return the review of a row of ``SELECT_REVIEW``."""
    return Review(
        id=row[0],
        event_id=row[1],
        user_id=row[2],
        rating=row[3],
        content=row[4],
        created_at=session.instant(row[5]),
        updated_at=session.instant(row[6]),
        status=ReviewStatus(row[7]),
        helpful_count=row[8],
    )


def review_row(review: Review) -> tuple[object, ...]:
    """Return what is stored of a review."""
    return (
        review.id,
        review.event_id,
        review.user_id,
        review.rating,
        review.content,
        review.created_at,
        review.updated_at,
        review.status.value,
        review.helpful_count,
    )


def to_reply(session: Session, row: Row) -> Reply:
    """Return the reply of a row of ``SELECT_REPLY``."""
    return Reply(
        id=row[0],
        review_id=row[1],
        user_id=row[2],
        content=row[3],
        created_at=session.instant(row[4]),
    )


def reply_row(reply: Reply) -> tuple[object, ...]:
    """Return what is stored of a reply."""
    return (reply.id, reply.review_id, reply.user_id, reply.content, reply.created_at)
