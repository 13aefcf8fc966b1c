"""Qdrant's refusals: each carries the status and the text the real server gives."""

import re

MISSING_POINT = re.compile(r"No point with id (\S+)")


class Refusal(Exception):
    """Answered as `{"status": {"error": text}, "time": ...}`."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status


def bad_format(text: str) -> Refusal:
    """The body is not JSON, or not of the right shape."""
    return Refusal(400, f"Format error in JSON body: {text}")


def invalid(text: str) -> Refusal:
    """The body has the right shape and a value that is not allowed."""
    return Refusal(422, f"Validation error in JSON body: [{text}]")


def wrong_input(text: str) -> Refusal:
    return Refusal(400, f"Wrong input: {text}")


def bad_request(text: str) -> Refusal:
    return Refusal(400, f"Bad request: {text}")


def missing_collection(name: str) -> Refusal:
    return Refusal(404, f"Not found: Collection `{name}` doesn't exist!")


def from_engine(error: Exception) -> Refusal:
    """The engine speaks the server's own words, without the prefix that the server's outer layers add."""
    text = str(error)
    if found := MISSING_POINT.search(text):
        return Refusal(404, f"Not found: No point with id {found[1]} found")
    if "dimension error" in text or "Not existing vector name" in text:
        return wrong_input(text)
    if isinstance(error, TypeError | ValueError):
        return bad_format(text)
    return Refusal(500, f"Service internal error: {text}")
