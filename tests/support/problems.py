"""What every error of the service looks like (RFC 9457)."""

from typing import Any

from support.service import Answer

TITLES_AND_MORE = {"type", "title", "status", "detail", "instance"}


def problem(answer: Answer, status: int, slug: str) -> dict[str, Any]:
    """Check that the answer is this problem, whole and without a word too many; return it."""
    assert answer.status == status, answer
    assert answer.headers["Content-Type"].partition(";")[0] == "application/problem+json"
    assert answer.headers["X-Request-ID"]
    body: dict[str, Any] = answer.json()
    extensions = set(body) - TITLES_AND_MORE
    assert set(body) >= TITLES_AND_MORE, body
    assert extensions <= {"errors", "registration_id", "available_seats"}, body
    assert body["type"] == f"/problems/{slug}"
    assert body["status"] == status
    assert body["title"]
    assert body["detail"]
    assert ("errors" in body) is (status == 422 and slug == "invalid-input"), body
    for leak in ("Traceback", 'File \\"', "SELECT", "INSERT", "sqlite", "127.0.0.1"):
        assert leak not in answer.body.decode(), body
    return body
