-- Says that these jobs still run. ARGV: 4.. job, execution in turn. Answers {entries Redis has for us, lost execution...}.
-- RQ's cleaners fail a job whose wip score has passed, so the score stays at least 90 s ahead.
local lost = {}
for index = 4, #ARGV, 2 do
  local id, execution = ARGV[index], ARGV[index + 1]
  if owns(worker, id, execution) then
    local _, _, queue = parse_entry(redis.call('HGET', inflight_key, id))
    local member, origin = id .. ':' .. execution, origin_of(id, queue)
    local timeout = whole(redis.call('HGET', job_key(id), 'timeout'), 180)
    local ahead = timeout > 0 and 90 or 3600
    redis.call('ZADD', rq .. ':wip:' .. origin, 'XX', 'GT', now + ahead, member)
    redis.call('ZADD', rq .. ':executions:' .. id, 'XX', 'GT', now + ahead + 60, execution)
    if redis.call('TTL', rq .. ':execution:' .. member) < ahead then
      redis.call('EXPIRE', rq .. ':execution:' .. member, ahead)
      redis.call('EXPIRE', rq .. ':executions:' .. id, ahead + 60)
      redis.call('EXPIRE', rq .. ':worker:' .. worker .. ':executions', ahead + 60)
    end
    for key in string.gmatch(redis.call('HGET', own .. ':leases:' .. worker, member) or '', '%S+') do
      if redis.call('TTL', key) < ahead then redis.call('EXPIRE', key, ahead) end
    end
    redis.call('HSET', rq .. ':execution:' .. member, 'last_heartbeat', now_float)
    redis.call('HSET', job_key(id), 'last_heartbeat', stamp)
  else
    lost[#lost + 1] = execution
  end
end
return { redis.call('HLEN', inflight_key), unpack(lost) }
