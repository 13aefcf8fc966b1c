-- RQ: Job.delete; the results go as well, as RQ 3 has it, since nothing would ever end them. ARGV: 4.. ids.
return each_job(function(id, status, origin)
  local waiting = waiting_for(id)
  local limit, most = rate_limit(id)
  withdraw(id, status, origin)
  for _, execution in ipairs(redis.call('ZRANGE', rq .. ':executions:' .. id, 0, -1)) do
    redis.call('ZREM', rq .. ':wip:' .. origin, id .. ':' .. execution)
    redis.call('DEL', rq .. ':execution:' .. id .. ':' .. execution)
  end
  local group = redis.call('HGET', job_key(id), 'group_id')
  if group and group ~= '' then redis.call('SREM', rq .. ':group:' .. group, id) end
  redis.call('DEL', job_key(id), job_key(id) .. ':dependents', rq .. ':job::' .. id .. ':dependencies',
    rq .. ':executions:' .. id, rq .. ':results:' .. id)
  leave_limit(id, limit, most)
  return 'done', waiting
end)
