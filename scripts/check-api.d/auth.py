"""Bearer and signature: wrong, truncated, doubled, in another case; and what a front without a secret still demands."""

import itertools
from collections.abc import Iterator

import orjson

from asking import JSON
from context import Context
from front import PAGE, SECRET, WEBHOOK_SECRET, WITH_SECRETS, Front, fronting, signature
from results import Failed

NAME = "auth"
Header = tuple[str, str]
NUMBERS = itertools.count(1)
Case = tuple[str, int, list[Header]]


def bearer_cases() -> Iterator[Case]:
    """What is sent, and the status it must have."""

    def sent(*values: str) -> list[Header]:
        return [("Authorization", value) for value in values]

    right = f"Bearer {SECRET}"
    yield "Bearer S", 202, sent(right)
    yield "bare S", 202, sent(SECRET)
    yield "scheme in another case", 202, sent(f"bEaReR {SECRET}")
    yield "header's name in another case", 202, [("aUTHORIZATION", right)]
    yield "none", 401, []
    yield "empty", 401, sent("")
    yield "scheme alone", 401, sent("Bearer")
    yield "scheme and blank", 401, sent("Bearer ")
    yield "wrong", 401, sent("Bearer " + "x" * len(SECRET))
    yield "wrong, bare", 401, sent("x" * len(SECRET))
    yield "first byte wrong", 401, sent("Bearer x" + SECRET[1:])
    yield "last byte wrong", 401, sent(right[:-1] + "x")
    yield "truncated by one", 401, sent(right[:-1])
    yield "truncated to one", 401, sent(f"Bearer {SECRET[:1]}")
    yield "first byte missing", 401, sent(f"Bearer {SECRET[1:]}")
    yield "one byte more", 401, sent(right + "x")
    yield "S twice in it", 401, sent(f"Bearer {SECRET}{SECRET}")
    yield "S twice, a blank between", 401, sent(f"Bearer {SECRET} {SECRET}")
    yield "scheme twice", 401, sent(f"Bearer Bearer {SECRET}")
    yield "no blank", 401, sent(f"Bearer{SECRET}")
    yield "lower case", 401, sent(right.lower())
    yield "upper case", 401, sent(f"Bearer {SECRET.upper()}")
    yield "other scheme", 401, sent(f"Basic {SECRET}")
    yield "NUL-like tail", 401, sent(f"{right}%00")
    yield "the webhook's secret", 401, sent(f"Bearer {WEBHOOK_SECRET}")
    yield "doubled, both right", 401, sent(right, right)
    yield "doubled, right then wrong", 401, sent(right, "Bearer x")
    yield "doubled, wrong then right", 401, sent("Bearer x", right)


def signature_cases(body: bytes) -> Iterator[Case]:
    def sent(*values: str) -> list[Header]:
        return [("X-Firecrawl-Signature", value) for value in values]

    right = signature(body)
    digest = right.removeprefix("sha256=")
    yield "right", 202, sent(right)
    yield "header's name in another case", 202, [("x-fIRECRAWL-sIGNATURE", right)]
    yield "none", 401, []
    yield "only the bearer", 401, [("Authorization", f"Bearer {SECRET}")]
    yield "wrong", 401, sent("sha256=" + "0" * 64)
    yield "first digit wrong", 401, sent(f"sha256={'0' if digest[0] != '0' else '1'}{digest[1:]}")
    yield "last digit wrong", 401, sent(right[:-1] + ("0" if right[-1] != "0" else "1"))
    yield "by another secret", 401, sent(signature(body, SECRET))
    yield "of another body", 401, sent(signature(body + b" "))
    yield "truncated by one", 400, sent(right[:-1])
    yield "truncated to nothing", 400, sent("sha256=")
    yield "one digit more", 400, sent(right + "0")
    yield "no digits", 400, sent("sha256=" + "g" * 64)
    yield "digest twice in it", 400, sent(right + digest)
    yield "without the algorithm", 400, sent(digest)
    yield "other algorithm", 400, sent(f"sha1={digest}")
    yield "empty", 401, sent("")
    yield "doubled, both right", 400, sent(right, right)
    yield "doubled, right then wrong", 400, sent(right, "sha256=" + "0" * 64)
    yield "doubled, wrong then right", 400, sent("sha256=" + "0" * 64, right)


def document() -> dict[str, str]:
    return {"url": f"https://example.org/auth/{next(NUMBERS)}", "markdown": "Text."}


def crawled() -> bytes:
    item = {"markdown": "Text.", "metadata": {"url": document()["url"], "statusCode": 200}}
    return orjson.dumps({"success": True, "type": "crawl.page", "id": "crawl", "data": [item]})


def judge_bearer(front: Front) -> tuple[int, list[str]]:
    complaints, count = [], 0
    for name, expected, headers in bearer_cases():
        answer = front.ask("POST", "/api/index", orjson.dumps(document()), [JSON, *headers])
        count += 1
        if answer.status != expected:
            complaints.append(f"bearer, {name}: {answer}, not {expected}")
        elif expected == 401 and (answer.headers["WWW-Authenticate"] != "Bearer" or "detail" not in answer.json):
            complaints.append(f"bearer, {name}: {answer}, WWW-Authenticate {answer.headers['WWW-Authenticate']}")
    return count, complaints


def judge_signature(front: Front) -> tuple[int, list[str]]:
    complaints, count = [], 0
    for name, expected, headers in signature_cases(body := crawled()):
        answer = front.ask("POST", PAGE, body, [JSON, *headers])
        count += 1
        if answer.status != expected:
            complaints.append(f"signature, {name}: {answer}, not {expected}")
    return count, complaints


def judge_open(front: Front) -> tuple[int, list[str]]:
    """Without a secret: a page in a browser on this host must not be able to fill the queue."""
    body = orjson.dumps(document())
    here = f"localhost:{front.port}"
    cases: list[Case] = [
        ("as curl sends it", 202, [JSON]),
        ("Host localhost", 202, [JSON, ("Host", here)]),
        ("a form's type", 415, [("Content-Type", "application/x-www-form-urlencoded")]),
        ("plain text", 415, [("Content-Type", "text/plain")]),
        ("no type", 415, []),
        ("another Host", 403, [JSON, ("Host", "evil.example:80")]),
        ("a Host that begins like ours", 403, [JSON, ("Host", "localhost.evil.example")]),
    ]
    complaints = []
    for name, expected, headers in cases:
        answer = front.ask("POST", "/api/index", body, headers)
        if answer.status != expected:
            complaints.append(f"without a secret, {name}: {answer}, not {expected}")
    body = crawled()
    answer = front.ask("POST", PAGE, body, [JSON, ("X-Firecrawl-Signature", signature(body))])
    if answer.status != 500:
        complaints.append(f"webhook without a secret configured: {answer}, not 500")
    return len(cases) + 1, complaints


def check(context: Context) -> str:
    settings = context.stack().settings
    with fronting(context.programs, context.folder / "secured", settings | WITH_SECRETS) as front:
        bearers, complaints = judge_bearer(front)
        signatures, more = judge_signature(front)
        complaints += more
    with fronting(context.programs, context.folder / "open", settings) as front:
        others, more = judge_open(front)
        complaints += more
    if complaints:
        raise Failed("\n".join([f"{len(complaints)} complaints", *complaints]))
    return f"{bearers} bearers, {signatures} signatures, {others} requests to a front without secrets"
