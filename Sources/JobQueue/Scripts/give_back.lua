-- Returns jobs to the front of their queues in their old order, uncounted. ARGV: 4.. job, execution in turn.
local given = 0
for index = 4, #ARGV, 2 do
  local id, execution = ARGV[index], ARGV[index + 1]
  local _, _, queue = parse_entry(redis.call('HGET', inflight_key, id))
  local still = owns(worker, id, execution)
  if still then
    requeue_unrun(id, queue)
    given = given + 1
  end
  drop_execution(worker, id, execution, origin_of_execution(id, execution, queue))
end
if redis.call('HLEN', inflight_key) == 0 then redis.call('HDEL', rq .. ':worker:' .. worker, 'current_job') end
return given
