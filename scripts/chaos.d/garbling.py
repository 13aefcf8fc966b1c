"""What a broken server, or a proxy before a dead one, answers in the place of TEI or Qdrant."""

from dataclasses import dataclass

import orjson

from documents import REFUSED

PAGE = b"<!DOCTYPE html>\n<html><head><title>Welcome</title></head><body><h1>It works!</h1></body></html>\n"
GATEWAY = b"<html>\r\n<head><title>%s</title></head>\r\n<body><center><h1>%s</h1></center></body>\r\n</html>\r\n"
GATEWAYS = {502: "Bad Gateway", 503: "Service Temporarily Unavailable", 504: "Gateway Time-out"}


@dataclass
class Answer:
    head: bytes
    body: bytes


def made(status: int, words: str, kind: str, body: bytes) -> Answer:
    head = f"HTTP/1.1 {status} {words}\r\ncontent-type: {kind}\r\ncontent-length: {len(body)}\r\n\r\n"
    return Answer(head.encode(), body)


def path(head: bytes) -> bytes:
    return head.split(b" ", 2)[1].partition(b"?")[0]


def refusal(service: str, mode: str, number: int, head: bytes, body: bytes) -> Answer | None:
    """The answer to a request that is not passed on."""
    if service == "tei" and REFUSED.encode() in body and path(head) == b"/embed":
        error = {"error": "the text cannot be tokenized", "error_type": "Tokenizer"}
        return made(422, "Unprocessable Entity", "application/json", orjson.dumps(error))
    # A proxy may lose a request, or the answer to one that was done: each second time.
    if mode == "bad gateway" and number % 2:
        return bad_gateway(number)
    return None


def bad_gateway(number: int) -> Answer:
    status = sorted(GATEWAYS)[number // 2 % 3]
    words = GATEWAYS[status]
    title = f"{status} {words}".encode()
    return made(status, words, "text/html", GATEWAY % (title, title))


def garble(mode: str, number: int, head: bytes, answer: Answer) -> Answer:
    """What the client gets in the place of a good answer: what was asked for has been done."""
    match mode:
        case "garbage":
            return made(200, "OK", "application/json", garbage(number, answer.body))
        case "html":
            return made(200, "OK", "text/html; charset=utf-8", PAGE)
        case "bad gateway":
            return bad_gateway(number)
        case "wrong counts" if path(head) in (b"/embed", b"/tokenize"):
            return wrong_count(number, answer)
        case "wait_timeout":
            # With HTTP 200: it is written down, but not done yet.
            body = answer.body.replace(b'"status":"completed"', b'"status":"wait_timeout"')
            return made(200, "OK", "application/json", body)
    return answer


def garbage(number: int, body: bytes) -> bytes:
    match number % 4:
        case 0:
            return body[: len(body) // 2]
        case 1:
            return b"\x00\xff\xfe not what was asked for \x80"
        case 2:
            return b'{"result":null,"status":"ok"'
        case _:
            return body.replace(b".", b"x", 3) if b"." in body else b"{}{}"


def wrong_count(number: int, answer: Answer) -> Answer:
    """One too few, one too many, or none."""
    try:
        items = orjson.loads(answer.body)
    except orjson.JSONDecodeError:
        return answer
    if not isinstance(items, list):
        return answer
    changed = (items[:-1], [*items, *items[:1]], [])[number % 3]
    return made(200, "OK", "application/json", orjson.dumps(changed))
