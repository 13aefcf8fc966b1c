"""Reads request bodies as TEI does: which shapes are taken, and how a wrong one is refused."""

from dataclasses import dataclass
from typing import Any

import orjson

from local.serving.http import Request, Response
from local.tei.errors import plain

WRONG_SHAPE = "Failed to deserialize the JSON body into the target type: "
MAX_U32 = 0xFFFF_FFFF

Input = str | list[int]


class Rejected(Exception):
    """The body never reaches the handler; `response` is the framework's own answer."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.response: Response = plain(status, text)


@dataclass(slots=True)
class EmbedRequest:
    inputs: list[Input]
    batch: bool
    truncate: bool | None
    direction: str
    prompt_name: str | None
    normalize: bool
    dimensions: int | None


@dataclass(slots=True)
class TokenizeRequest:
    inputs: list[str]
    batch: bool
    add_special_tokens: bool
    prompt_name: str | None


def parse_embed(request: Request) -> EmbedRequest:
    body = _object(request)
    inputs = _required(body, "inputs")
    if _is_input(inputs):
        batch, inputs = False, [inputs]
    elif isinstance(inputs, list) and all(_is_input(one) for one in inputs):
        batch = True
    else:
        raise Rejected(422, WRONG_SHAPE + "inputs: data did not match any variant of untagged enum Input")
    direction = body.get("truncation_direction", "right")
    if not isinstance(direction, str) or direction.lower() not in ("left", "right"):
        raise Rejected(422, WRONG_SHAPE + "truncation_direction: unknown variant, expected `left` or `right`")
    dimensions = body.get("dimensions")
    if dimensions is not None and (type(dimensions) is not int or dimensions < 0):
        raise Rejected(422, WRONG_SHAPE + "dimensions: invalid value, expected usize")
    return EmbedRequest(
        inputs,
        batch,
        _optional(body, "truncate", bool, None),
        direction.lower(),
        _optional(body, "prompt_name", str, None),
        _flag(body, "normalize"),
        dimensions,
    )


def parse_tokenize(request: Request) -> TokenizeRequest:
    body = _object(request)
    inputs = _required(body, "inputs")
    batch = isinstance(inputs, list)
    texts = inputs if batch else [inputs]
    if not all(isinstance(text, str) for text in texts):
        raise Rejected(422, WRONG_SHAPE + "inputs: data did not match any variant of untagged enum TokenizeInput")
    return TokenizeRequest(texts, batch, _flag(body, "add_special_tokens"), _optional(body, "prompt_name", str, None))


def _is_input(value: Any) -> bool:
    if isinstance(value, list):
        return all(type(one) is int and 0 <= one <= MAX_U32 for one in value)
    return isinstance(value, str)


def _object(request: Request) -> dict[str, Any]:
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if kind != "application/json" and not (kind.startswith("application/") and kind.endswith("+json")):
        raise Rejected(415, "Expected request with `Content-Type: application/json`")
    try:
        body = orjson.loads(request.body)
    except orjson.JSONDecodeError as error:
        raise Rejected(400, f"Failed to parse the request body as JSON: {error}") from None
    if not isinstance(body, dict):
        raise Rejected(422, WRONG_SHAPE + "invalid type: expected a map")
    return body


def _required(body: dict[str, Any], name: str) -> Any:
    if name not in body:
        raise Rejected(422, WRONG_SHAPE + f"missing field `{name}`")
    return body[name]


def _optional(body: dict[str, Any], name: str, kind: type, default: Any) -> Any:
    value = body.get(name)
    if value is not None and not isinstance(value, kind):
        raise Rejected(422, WRONG_SHAPE + f"{name}: invalid type")
    return default if value is None else value


def _flag(body: dict[str, Any], name: str) -> bool:
    """A boolean that defaults to true and, unlike the optional ones, may not be null."""
    value = body.get(name, True)
    if not isinstance(value, bool):
        raise Rejected(422, WRONG_SHAPE + f"{name}: invalid type, expected a boolean")
    return value
