"""What a database holds once its worker has said goodbye."""

from rq import Worker

from keys import catalogue
from wire import answer, asked

peer = asked()
answer(
    {
        "workers": [worker.name for worker in Worker.all(connection=peer.redis)],
        "registered": sorted(key.decode() for key in peer.redis.smembers("rq:workers")),
        "keys": catalogue(peer.redis),
    }
)
