"""The OpenAPI 3.1 document, made from the route table and the boundary types."""

from collections.abc import Mapping, Sequence
from importlib.metadata import version
from typing import Any

import msgspec

from events_face_runners.web.problems import CONTENT_TYPE as PROBLEM
from events_face_runners.web.routes import Answer, Parameter, Route
from events_face_runners.web.schemas import Problem

Document = dict[str, Any]

_REF = "#/components/schemas/{name}"
_ALWAYS = {
    500: "Something went wrong on our side; it was logged.",
    503: "The service cannot answer now; try again in a moment.",
}
_BEARER = {
    "bearer": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "The access token that `POST /api/auth/login` gives.",
    }
}
_SIGNED_IN = {
    401: "Nobody is signed in, or the access token is not taken.",
    403: "The role does not allow this.",
}


def openapi_document(routes: Sequence[Route]) -> Document:
    """Return the document as JSON-compatible values."""
    types = _types(routes)
    schemas, components = msgspec.json.schema_components(types, ref_template=_REF)
    references = dict(zip(types, schemas, strict=True))
    paths: dict[str, Document] = {}
    for route in routes:
        operation = _operation(route, references)
        paths.setdefault(route.path, {})[route.method.lower()] = operation
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "events-face",
            "version": version("events-face"),
            "description": "The front of house for events: listing, search and registration.",
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "paths": paths,
        "components": {
            "schemas": components,
            **({"securitySchemes": _BEARER} if any(route.roles for route in routes) else {}),
        },
    }


def _types(routes: Sequence[Route]) -> list[type]:
    found: dict[type, None] = {Problem: None}
    for route in routes:
        answers = route.answers.values()
        bodies = [route.body, *(body for a in answers for body in (a.body, a.or_body))]
        found |= {body: None for body in bodies if body is not None}
    return list(found)


def _operation(route: Route, references: Mapping[type, Document]) -> Document:
    answers = {str(s): _answer(a, references) for s, a in route.answers.items()}
    problem = {PROBLEM: {"schema": references[Problem]}}
    problems = {
        str(status): {"description": description, "content": problem}
        for status, description in {
            **(_SIGNED_IN if route.roles else {}),
            **route.problems,
            **_ALWAYS,
        }.items()
    }
    operation: Document = {
        "operationId": route.operation_id,
        "tags": [route.tag],
        "summary": route.summary,
        "responses": dict(sorted({**answers, **problems}.items())),
    }
    if route.roles:
        operation["security"] = [{"bearer": []}]
        operation["x-roles"] = [role.value for role in route.roles]
    if route.parameters:
        operation["parameters"] = [_parameter(parameter) for parameter in route.parameters]
    if route.body is not None:
        operation["requestBody"] = {
            "required": route.body_required,
            "content": {"application/json": {"schema": references[route.body]}},
        }
    return operation


def _answer(answer: Answer, references: Mapping[type, Document]) -> Document:
    described: Document = {"description": answer.description}
    if answer.headers:
        described["headers"] = {
            name: {"description": description, "schema": {"type": "string"}}
            for name, description in answer.headers.items()
        }
    if answer.body is not None:
        schema = references[answer.body]
        if answer.or_body is not None:
            schema = {"anyOf": [schema, references[answer.or_body]]}
        described["content"] = {answer.content_type: {"schema": schema}}
    elif answer.content_type != "application/json":
        described["content"] = {answer.content_type: {"schema": {"type": "string"}}}
    elif answer.files:
        # OpenAPI 3.1: bytes are told by their media type alone.
        described["content"] = {media_type: {} for media_type in answer.files}
    return described


def _parameter(parameter: Parameter) -> Document:
    described: Document = {
        "name": parameter.name,
        "in": parameter.place,
        "description": parameter.description,
        "schema": dict(parameter.schema),
        "required": parameter.required,
    }
    if parameter.explode is not None:
        described["explode"] = parameter.explode
    return described
