-- RQ: Job.cancel, of jobs in any state but canceled. ARGV: 4.. ids.
-- Whoever runs one of them no longer owns it: its result is dropped.
return each_job(function(id, status, origin)
  if status == 'canceled' then return 'refused', 0 end
  redis.call('ZADD', rq .. ':canceled:' .. origin, now, id)
  redis.call('HSET', job_key(id), 'status', 'canceled')
  withdraw(id, status, origin)
  leave_limit(id, rate_limit(id))
  return 'done', waiting_for(id)
end)
