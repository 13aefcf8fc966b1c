"""How a document comes into the queue by python-rq."""

from rq import Queue

FUNCTION = "worker.index_document_job"
RESULT_TTL = 86_400


def enqueue(queue: Queue, job: str, document: dict[str, str]) -> None:
    """May be repeated. Raises RedisError; whether the job is there is then open."""
    if not queue.connection.exists(f"rq:job:{job}"):
        queue.enqueue(FUNCTION, document, job_id=job, job_timeout="10m", result_ttl=RESULT_TTL)
