"""Loaded by schemathesis: the secrets, and ids of jobs that there are.

A generated body is signed as it goes out, so that the checks reach what stands behind the signature; a header that is
missing or malformed on purpose stays so.
"""

import hashlib
import hmac
import os
import re

import schemathesis
from hypothesis import strategies
from requests import PreparedRequest
from requests.auth import AuthBase

SECRET = os.environ["CHECK_API_BEARER"]
WEBHOOK_SECRET = os.environ["CHECK_API_SIGNER"]
WEBHOOK_PATH = os.environ["CHECK_API_WEBHOOK_PATH"]
KNOWN = {"job_id": os.environ["CHECK_API_JOBS"].split(","), "file": ["chart.js", "icon.svg"]}
HEADER = "X-Firecrawl-Signature"


class Signature(AuthBase):
    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        given = request.headers.get(HEADER, "")
        given = given.decode("latin-1") if isinstance(given, bytes) else given
        if re.fullmatch("sha256=[0-9a-fA-F]{64}", given):
            body = request.body or b""
            body = body.encode() if isinstance(body, str) else body
            request.headers[HEADER] = "sha256=" + hmac.new(WEBHOOK_SECRET.encode(), body, hashlib.sha256).hexdigest()
        return request


class Bearer(AuthBase):
    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        request.headers["Authorization"] = f"Bearer {SECRET}"
        return request


schemathesis.auth.set_from_requests(Signature()).apply_to(path=WEBHOOK_PATH)
schemathesis.auth.set_from_requests(Bearer()).skip_for(path=WEBHOOK_PATH)


@schemathesis.hook
def before_generate_path_parameters(context, strategy):
    """Half of the time what is there, so that more than 404 is answered."""
    names = re.findall(r"{(\w+)}", context.operation.path)
    known = [
        strategies.fixed_dictionaries({name: strategies.sampled_from(KNOWN[name])}) for name in names if name in KNOWN
    ]
    return strategies.one_of(strategy, *known) if known else strategy
