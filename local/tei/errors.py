"""TEI's refusals: the words and the status of each."""

import orjson

from local.serving.http import Response


class Refusal(Exception):
    """Answered as `{"error": ..., "error_type": ...}`; `error_type` is capitalised, whatever TEI's OpenAPI shows."""

    status, kind = 500, "Backend"

    def response(self) -> Response:
        body = orjson.dumps({"error": str(self), "error_type": self.kind})
        return Response(self.status, body, "application/json")


class Invalid(Refusal):
    """422: the request can never succeed as it is."""

    status, kind = 422, "Validation"


class Empty(Refusal):
    """400: nothing to embed, or an empty text among the inputs."""

    status, kind = 400, "Empty"


class Overloaded(Refusal):
    """429: fewer permits free than the request has inputs."""

    status, kind = 429, "Overloaded"

    def __init__(self) -> None:
        super().__init__("Model is overloaded")


class Failed(Refusal):
    """424: the backend could not compute."""

    status, kind = 424, "Backend"


def plain(status: int, text: str) -> Response:
    """What the HTTP framework below TEI answers by itself: bad JSON, wrong shape, oversize."""
    return Response(status, text.encode(), "text/plain; charset=utf-8")
