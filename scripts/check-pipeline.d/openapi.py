"""What an OpenAPI 3.0 document allows a client to send, read strictly: a key that it does not name is refused, too."""

import re
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import orjson
from jsonschema_rs import Draft4Validator

METHODS = ("get", "put", "post", "patch", "delete")
Schema = dict[str, Any]


def strict(schema: Any) -> Any:
    """As plain JSON Schema: `nullable` spelt out, and no keys besides those that are named."""
    if isinstance(schema, list):
        return [strict(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    own = {key: strict(value) for key, value in schema.items() if key != "nullable"}
    if isinstance(own.get("properties"), dict) and "additionalProperties" not in own:
        own["additionalProperties"] = False
    return {"anyOf": [own, {"type": "null"}]} if schema.get("nullable") is True else own


class Contract:
    """One server's."""

    def __init__(self, document: Path) -> None:
        spec = orjson.loads(document.read_bytes())
        self.version: str = spec["info"]["version"]
        self._components = {"schemas": strict(spec["components"]["schemas"])}
        self._validators: dict[str, Draft4Validator] = {}
        self._routes = [
            (method, re.compile(re.sub(r"\\{[^}]+\\}", "[^/]+", re.escape(path))), path, operation)
            for path, operations in spec["paths"].items()
            for method, operation in operations.items()
            if method in METHODS
        ]

    def complaints(self, method: str, target: str, body: bytes) -> list[str]:
        """Each in one line; none when the request is as the document has it."""
        url = urlsplit(target)
        for known, pattern, path, operation in self._routes:
            if known == method.lower() and pattern.fullmatch(url.path):
                name = f"{method} {path}"
                query = parse_qsl(url.query, keep_blank_values=True)
                return self._query(name, operation, query) + self._body(name, operation, body)
        return [f"{method} {url.path}: no such operation"]

    def _query(self, name: str, operation: Schema, query: list[tuple[str, str]]) -> list[str]:
        known = {each["name"]: each["schema"] for each in operation.get("parameters", []) if each["in"] == "query"}
        found = []
        for key, text in query:
            if key not in known:
                found.append(f"{name}: unknown parameter {key}={text}")
                continue
            errors = self._errors(f"{name} ?{key}", known[key], value_of(text))
            found += [f"{name}: parameter {key}={text}: {error}" for error in errors]
        return found

    def _body(self, name: str, operation: Schema, body: bytes) -> list[str]:
        expected = operation.get("requestBody")
        if expected is None:
            return [f"{name}: a body where none belongs"] if body else []
        if not body:
            return [f"{name}: no body"] if expected.get("required") else []
        try:
            value = orjson.loads(body)
        except orjson.JSONDecodeError as error:
            return [f"{name}: the body is no JSON: {error}"]
        schema = expected["content"]["application/json"]["schema"]
        return [f"{name}: {error}" for error in self._errors(name, schema, value)]

    def _errors(self, name: str, schema: Schema, value: Any) -> list[str]:
        if name not in self._validators:
            self._validators[name] = Draft4Validator(strict(schema) | {"components": self._components})
        errors = self._validators[name].iter_errors(value)
        return [f"at /{'/'.join(map(str, error.instance_path))}: {error.message[:300]}" for error in errors]


def value_of(text: str) -> Any:
    """A parameter's text is JSON when it looks like a number or a truth value."""
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError:
        return text
    return value if isinstance(value, int | float | bool) else text
