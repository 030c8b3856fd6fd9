"""Answers of ticketing, and the tags that tell one version from another."""

import re
from collections.abc import Mapping

import msgspec
from aiohttp import web

from events_face_core.ticketing import ANY_VERSION

_TAG = re.compile(r'(?:W/)?"(\d{1,18})(?:\.[0-9a-f]+)?"')


def json_response(
    status: int, view: msgspec.Struct, headers: Mapping[str, str] | None = None
) -> web.Response:
    """Return an answer that no cache keeps: it is for one person."""
    return web.Response(
        status=status,
        body=msgspec.json.encode(view),
        content_type="application/json",
        charset="utf-8",
        headers={"Cache-Control": "no-store", **(headers or {})},
    )


def version_tag(version: int) -> str:
    """Return the entity tag of a version; one that is shown to visitors has more behind it."""
    return f'"{version}"'


def read_versions(request: web.Request) -> frozenset[int] | None:
    """Return the versions that ``If-Match`` names; none at all where it was not sent.

    Any tag that an answer about the event carried will do: how many seats are left does not
    matter to whoever changes its description.
    """
    sent = request.headers.getall("If-Match", None)
    if sent is None:
        return None
    tags = [tag.strip() for tag in ",".join(sent).split(",")]
    found = (_TAG.fullmatch(tag) for tag in tags)
    versions = {int(match[1]) for match in found if match is not None}
    return frozenset({ANY_VERSION} if "*" in tags else versions - {ANY_VERSION})
