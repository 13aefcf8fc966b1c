-- Ends executions that nobody has given a sign of life of: their worker died, and was none of ours.
-- ARGV: 4 queue, 5.. member, job, 1 when the function is ours, exc_string (base64); execution after execution.
-- One of ours goes back to the front once; else it is as RQ has it: a retry if there is one left, or failed.
-- Answers {put back, failed}.
local queue = ARGV[4]
local moved, failed = 0, 0
for index = 5, #ARGV, 4 do
  local member, id = ARGV[index], ARGV[index + 1]
  local score = tonumber(redis.call('ZSCORE', rq .. ':wip:' .. queue, member) or '')
  local status = redis.call('HGET', job_key(id), 'status')
  local holder = redis.call('HGET', job_key(id), 'worker_name') or ''
  local is_ours = redis.call('SISMEMBER', own .. ':workers', holder) == 1
  if score and score <= now and status == 'started' and not is_ours then
    local execution = string.match(member, ':(%x+)$')
    if ARGV[index + 2] == '1' and redis.call('HEXISTS', job_key(id), 'pulse_abandoned') == 0 then
      requeue_unrun(id, queue)
      redis.call('HSET', job_key(id), 'pulse_abandoned', stamp)
      moved = moved + 1
    elseif retry(id, queue, nil) then
      moved = moved + 1
    else
      fail(id, queue, nil, ARGV[index + 3])
      failed = failed + 1
    end
    drop_execution(holder, id, execution or '', queue)
    redis.call('ZREM', rq .. ':wip:' .. queue, member)
  end
end
return { moved, failed }
