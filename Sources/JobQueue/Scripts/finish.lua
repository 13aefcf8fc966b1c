-- Ends one execution, if it still is ours. ARGV: 4 job, 5 execution, 6 success|failure|stopped|route, 7 result (base64), or
-- with route the queue to go to, 8 seconds worked, 9 whether RQ's retries may be spent.
-- Answers {recorded} | {retried, seconds} | {lost}.
local id, execution, outcome, result, seconds = ARGV[4], ARGV[5], ARGV[6], ARGV[7], ARGV[8]
local key, worker_key = job_key(id), rq .. ':worker:' .. worker
local _, _, queue = parse_entry(redis.call('HGET', inflight_key, id))

if not owns(worker, id, execution) then
  -- Also when the job was enqueued anew and taken by us a second time: what is left of this execution in RQ's registry
  -- would have its cleaners fail the job later.
  drop_execution(worker, id, execution, origin_of_execution(id, execution, queue))
  -- Cancelled while it ran, it kept its slot until now.
  local status = redis.call('HGET', key, 'status')
  if status and status ~= 'queued' and status ~= 'started' and redis.call('ZCARD', rq .. ':executions:' .. id) == 0 then
    release_slot(id)
  end
  -- Ours after all: the reply to the first attempt was lost.
  local newest = redis.call('XREVRANGE', of_type(rq .. ':results:' .. id, 'stream'), '+', '-', 'COUNT', 1)[1]
  if newest then
    for index = 1, #newest[2], 2 do
      if newest[2][index] == 'execution_id' and newest[2][index + 1] == execution then return { 'recorded' } end
    end
  end
  if redis.call('HGET', key, 'pulse_ended') == execution then return { 'retried', 0 } end
  return { 'lost' }
end

local origin = origin_of(id, queue)
local answer = { 'recorded' }

if outcome == 'success' then
  redis.call('HINCRBY', worker_key, 'successful_job_count', 1)
  succeed(id, origin, queue, execution, result)
elseif outcome == 'route' then
  -- Whole, and at the end: whoever serves that queue finds it as its producer wrote it.
  push(id, result, false)
  forget_attempts(id)
  redis.call('HSET', key, 'started_at', '', 'worker_name', '', 'last_heartbeat', '')
  local ttl = whole(redis.call('HGET', key, 'ttl'), 0)
  if ttl > 0 then keep(key, ttl) end
else
  redis.call('HINCRBY', worker_key, 'failed_job_count', 1)
  local wait = ARGV[9] == '1' and retry(id, queue, execution)
  if wait then
    answer = { 'retried', wait }
  else
    fail(id, origin, execution, result, outcome == 'stopped' and 'stopped' or 'failed')
  end
end

drop_execution(worker, id, execution, origin)
redis.call('HINCRBYFLOAT', worker_key, 'total_working_time', seconds)
if redis.call('HLEN', inflight_key) == 0 then redis.call('HDEL', worker_key, 'current_job') end
return answer
