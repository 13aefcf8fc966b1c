"""How jobs ended, as the python-rq of the interpreter that runs it sees them: `PYTHON outcomes.py REDIS_URL <ids`."""

import json
import sys

from redis import Redis
from rq.job import Job

redis = Redis.from_url(sys.argv[1])
outcomes = {}
for id in json.load(sys.stdin):
    job = Job.fetch(id, connection=redis)
    result = job.latest_result()
    outcomes[id] = {
        "status": job.get_status().value,
        "exc_info": result.exc_string if result else None,
        "returned": result.return_value if result else None,
    }
json.dump(outcomes, sys.stdout)
