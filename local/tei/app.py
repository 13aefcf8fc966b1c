"""TEI's routes over the engine. Every status and text follows TEI 1.9.3's source."""

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
import orjson

from local.serving.http import Request, Response
from local.tei.errors import Empty, Failed, Invalid, Refusal, plain
from local.tei.inference import Engine, Item
from local.tei.requests import EmbedRequest, Input, Rejected, parse_embed, parse_tokenize
from local.tei.tokens import Tokenizer, truncated

VERSION = "1.9.3"
CHARACTERS_PER_TOKEN = 250  # a text longer than this times max_input_length is refused before it is tokenised
OVERSIZE = "Failed to buffer the request body: length limit exceeded"


@dataclass(frozen=True, slots=True)
class Limits:
    max_input_length: int = 256
    max_client_batch_size: int = 32
    max_concurrent_requests: int = 512
    max_batch_tokens: int = 16384
    payload_limit: int = 2_000_000
    auto_truncate: bool = True
    tokenization_workers: int = 1


class App:
    def __init__(self, engine: Engine, tokenizer: Tokenizer, limits: Limits, dtype: str, api_key: str | None) -> None:
        self.engine, self.tokenizer, self.limits, self.dtype = engine, tokenizer, limits, dtype
        self._authorization = f"Bearer {api_key}" if api_key else None
        self._tokenizing = ThreadPoolExecutor(limits.tokenization_workers, thread_name_prefix="tokenization")
        self._embedded = self._refused = 0
        private = {"/info": {"GET": self.info}, "/tokenize": {"POST": self.tokenize}}
        private |= {path: {"POST": self.embed} for path in ("/embed", "/invocations")}
        public = {path: {"GET": self.health} for path in ("/health", "/ping")}
        # `/` is both: the public health check by GET and, with the key, /embed by POST.
        self._routes = (
            private | public | {"/metrics": {"GET": self.metrics}, "/": {"GET": self.health, "POST": self.embed}}
        )
        self._private = {(path, method) for path, methods in private.items() for method in methods} | {("/", "POST")}

    async def __call__(self, request: Request) -> Response:
        methods = self._routes.get(request.path)
        if methods is None:
            return Response(404)
        handler = methods.get("GET" if request.method == "HEAD" else request.method)
        if handler is None:
            return Response(405, headers={"allow": ",".join(methods)})
        locked = self._authorization and (request.path, request.method) in self._private
        if locked and request.headers.get("authorization") != self._authorization:
            return Response(401)
        try:
            return await handler(request)
        except Refusal as refusal:
            self._refused += 1
            return refusal.response()
        except Rejected as rejected:
            return rejected.response

    async def embed(self, request: Request) -> Response:
        begin = time.monotonic()
        wanted = parse_embed(request)
        self._check_batch(len(wanted.inputs), wanted.batch)
        self.engine.acquire(len(wanted.inputs))
        try:
            inputs = await self._in_thread(self._encode, wanted)
            tokenized = time.monotonic()
            items = await self.engine.compute(inputs, request.gone)
            if any(item.done.result() is None for item in items):
                raise Failed("Backend error: the client has hung up")  # nobody reads this
            body = await self._in_thread(_vectors, items, wanted)
        except Refusal:
            raise
        except Exception as error:
            raise Failed(f"Backend error: {error}") from error
        finally:
            self.engine.release(len(wanted.inputs))
        self._embedded += len(items)
        return Response(200, body, "application/json", self._timing(wanted, items, begin, tokenized))

    async def tokenize(self, request: Request) -> Response:
        wanted = parse_tokenize(request)
        self._check_batch(len(wanted.inputs), wanted.batch)

        def describe() -> bytes:
            for text in wanted.inputs:
                self._check_text(text, wanted.prompt_name, truncate=False)
            return orjson.dumps([self.tokenizer.describe(text, wanted.add_special_tokens) for text in wanted.inputs])

        return Response(200, await self._in_thread(describe), "application/json")

    async def info(self, request: Request) -> Response:
        body: dict[str, Any] = {
            "model_id": "sentence-transformers/all-MiniLM-L6-v2",
            "model_sha": None,
            "model_dtype": self.dtype,
            "served_model_name": "sentence-transformers/all-MiniLM-L6-v2",
            "model_type": {"embedding": {"pooling": "mean"}},
            "max_concurrent_requests": self.limits.max_concurrent_requests,
            "max_input_length": self.limits.max_input_length,
            "max_batch_tokens": self.limits.max_batch_tokens,
            "max_batch_requests": None,
            "max_client_batch_size": self.limits.max_client_batch_size,
            "auto_truncate": self.limits.auto_truncate,
            "tokenization_workers": self.limits.tokenization_workers,
            "version": VERSION,
            "sha": None,
            "docker_label": None,
        }
        return Response(200, orjson.dumps(body), "application/json")

    async def health(self, request: Request) -> Response:
        return Response(200)

    async def metrics(self, request: Request) -> Response:
        text = (
            f"# TYPE te_embed_count counter\nte_embed_count {self._embedded}\n"
            f"# TYPE te_request_failure counter\nte_request_failure {self._refused}\n"
            f"# TYPE te_queue_size gauge\nte_queue_size {self.engine.waiting}\n"
        )
        return plain(200, text)

    def _check_batch(self, size: int, batch: bool) -> None:
        if batch and size == 0:
            raise Empty("`inputs` cannot be empty")
        if batch and size > self.limits.max_client_batch_size:
            raise Invalid(f"batch size {size} > maximum allowed batch size {self.limits.max_client_batch_size}")

    def _check_text(self, text: str, prompt_name: str | None, truncate: bool) -> str:
        if not text:
            raise Empty("Input validation error: `inputs` cannot be empty")
        if prompt_name is not None:  # the model has no prompts
            raise Invalid(
                f"Input validation error: `default-prompt-name` is set to `{prompt_name}` but no prompts were found in "
                "the Sentence Transformers configuration"
            )
        limit = self.limits.max_input_length * CHARACTERS_PER_TOKEN
        if len(text) > limit and not truncate:
            raise Invalid(
                f"Input validation error: `inputs` must have less than {limit} characters. Given: {len(text)}"
            )
        return text[:limit]

    def _encode(self, wanted: EmbedRequest) -> list[list[int]]:
        if wanted.dimensions == 0:
            raise Invalid("Input validation error: `dimensions` should be positive")
        truncate = self.limits.auto_truncate if wanted.truncate is None else wanted.truncate
        return [self._encode_one(one, wanted, truncate) for one in wanted.inputs]

    def _encode_one(self, one: Input, wanted: EmbedRequest, truncate: bool) -> list[int]:
        given_ids = isinstance(one, list)
        # TEI decodes ids and tokenises the text again, without adding special tokens.
        text = self.tokenizer.decode(one, skip_special=False) if isinstance(one, list) else one
        text = self._check_text(text, wanted.prompt_name, truncate)
        ids = self.tokenizer.encode_plain(text) if given_ids else self.tokenizer.encode(text)
        limit = self.limits.max_input_length
        if truncate:
            return truncated(ids, limit, wanted.direction)
        if len(ids) > limit:
            raise Invalid(f"Input validation error: `inputs` must have less than {limit} tokens. Given: {len(ids)}")
        return ids

    def _timing(self, wanted: EmbedRequest, items: list[Item], begin: float, tokenized: float) -> dict[str, str]:
        def mean(values: list[float]) -> str:
            return str(int(sum(values) / len(values) * 1000))

        total = str(int((time.monotonic() - begin) * 1000))
        return {
            "x-compute-type": "cpu",
            "x-compute-time": total,
            "x-compute-characters": str(sum(len(one) for one in wanted.inputs)),
            "x-compute-tokens": str(sum(len(item.ids) for item in items)),
            "x-total-time": total,
            "x-tokenization-time": str(int((tokenized - begin) * 1000)),
            "x-queue-time": mean([item.started - item.queued for item in items]),
            "x-inference-time": mean([item.finished - item.started for item in items]),
        }

    async def _in_thread(self, work: Any, *arguments: Any) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self._tokenizing, work, *arguments)


def _vectors(items: list[Item], wanted: EmbedRequest) -> bytes:
    """The answer's body; floats in the shortest form that reads back as the same float32, as TEI writes them."""
    rows = np.stack([vector for item in items if (vector := item.done.result()) is not None])
    if wanted.dimensions is not None:
        if wanted.dimensions > rows.shape[1]:
            raise Invalid(
                "Input validation error: `dimensions` should be smaller than the maximum embedding dimension."
            )
        rows = rows[:, : wanted.dimensions]
    if wanted.normalize:
        rows = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return orjson.dumps(np.ascontiguousarray(rows, dtype=np.float32), option=orjson.OPT_SERIALIZE_NUMPY)
