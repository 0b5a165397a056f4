"""The OpenAPI document put in order for people: chapters of endpoints, as templates/api/docs.html shows them. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Value:
    """A parameter or a field of a body."""

    name: str
    kind: str
    required: bool
    told: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One endpoint."""

    anchor: str
    method: str
    path: str
    title: str
    told: str
    scope: str
    query: list[Value]
    body: list[Value]
    answer: list[Value]
    codes: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Chapter:
    name: str
    entries: list[Entry]


def chapters(document: Document) -> list[Chapter]:
    found: dict[str, list[Entry]] = {}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            found.setdefault(operation["tags"][0], []).append(_entry(document, path, method, operation))
    return [Chapter(name, entries) for name, entries in found.items()]


def _entry(document: Document, path: str, method: str, operation: Document) -> Entry:
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    responses = operation["responses"]
    good: Document = next((one for code, one in responses.items() if code.startswith("2")), {})
    answer = good.get("content", {}).get("application/json", {}).get("schema", {})
    told, _blank, _scope = operation.get("description", "").partition("\n\nScope:")
    return Entry(
        anchor=operation["operationId"],
        method=method.upper(),
        path=path,
        title=operation.get("summary", ""),
        told=told.replace("`", ""),
        scope=", ".join(operation["security"][0].get("token", [])),
        query=[_parameter(one) for one in operation.get("parameters", []) if one["in"] != "path"],
        body=_values(document, body),
        answer=_values(document, answer),
        codes=[(code, one.get("description", "")) for code, one in responses.items()],
    )


def _parameter(one: Document) -> Value:
    return Value(one["name"], _kind(one["schema"]), one.get("required", False), _plain(one))


def _values(document: Document, schema: Document) -> list[Value]:
    whole = _resolved(document, schema)
    needed = whole.get("required", [])
    return [
        Value(name, _kind(_first(document, part)), name in needed, _plain(part))
        for name, part in whole.get("properties", {}).items()
    ]


def _plain(part: Document) -> str:
    """Without the marks of code that the served document has."""
    return str(part.get("description", "")).replace("`", "")


def _resolved(document: Document, schema: Document) -> Document:
    if "$ref" not in schema:
        return schema
    found: Document = document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
    return found


def _first(document: Document, part: Document) -> Document:
    """Through "one of" and "all of", to something with a type or a name."""
    for joint in ("allOf", "oneOf", "anyOf"):
        if joint in part:
            return _first(document, part[joint][0])
    return _resolved(document, part) if "enum" in _resolved(document, part) else part


def _kind(schema: Document) -> str:
    if "enum" in schema:
        return " | ".join(str(value) for value in schema["enum"] if value not in (None, ""))
    if "$ref" in schema:
        return str(schema["$ref"].rsplit("/", 1)[1])
    kind = schema.get("type", "anything")
    if isinstance(kind, list):
        kind = " or ".join(str(one) for one in kind)
    if kind == "array":
        return f"list of {_kind(schema.get('items', {}))}"
    return f"{kind}, {schema['format']}" if "format" in schema else str(kind)
