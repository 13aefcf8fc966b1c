"""Enqueues by python-rq what others have enqueued: the same call with the same options. Answers with the new ids."""

from rq import Queue
from rq.job import Job

from wire import answer, asked

peer = asked()
twins = []
for id in peer.request["ids"]:
    job = Job.fetch(id, connection=peer.redis, serializer=peer.serializer)
    queue = Queue(job.origin, connection=peer.redis, serializer=peer.serializer)
    twins.append(queue.enqueue_call(job.func_name, args=job.args, kwargs=job.kwargs, timeout=job.timeout).id)
answer(twins)
