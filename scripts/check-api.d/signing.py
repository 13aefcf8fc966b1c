"""Loaded by schemathesis: the bearer for every operation that wants one, the sender's signature for the webhook.

Generated bodies are signed as they go out, so that the checks reach what stands behind the signature.
"""

import hashlib
import hmac
import os
import re

import schemathesis
from requests import PreparedRequest
from requests.auth import AuthBase

SECRET = os.environ["CHECK_API_SECRET"]
WEBHOOK_SECRET = os.environ["CHECK_API_WEBHOOK_SECRET"]
WEBHOOK_PATH = os.environ["CHECK_API_WEBHOOK_PATH"]


class Signature(AuthBase):
    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        body = request.body or b""
        if isinstance(body, str):
            body = body.encode()
        digest = hmac.new(WEBHOOK_SECRET.encode(), body, hashlib.sha256).hexdigest()
        given = request.headers.get("X-Firecrawl-Signature", "")
        # Only where a well-formed one stands: a case without it, or with a malformed one, is about just that.
        if isinstance(given, bytes):
            given = given.decode("latin-1")
        if re.fullmatch("sha256=[0-9a-fA-F]{64}", given):
            request.headers["X-Firecrawl-Signature"] = f"sha256={digest}"
        return request


class Bearer(AuthBase):
    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        request.headers["Authorization"] = f"Bearer {SECRET}"
        return request


schemathesis.auth.set_from_requests(Signature()).apply_to(path=WEBHOOK_PATH)
schemathesis.auth.set_from_requests(Bearer()).skip_for(path=WEBHOOK_PATH)
