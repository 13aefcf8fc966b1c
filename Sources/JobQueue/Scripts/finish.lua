-- Ends one execution, if it still is ours. ARGV: 4 job, 5 execution, 6 success|failure, 7 result (base64), 8 seconds worked,
-- 9 whether RQ's retries may be spent. Answers {recorded} | {retried, seconds} | {lost}.
local id, execution, outcome, result, seconds = ARGV[4], ARGV[5], ARGV[6], ARGV[7], ARGV[8]
local key, worker_key = job_key(id), rq .. ':worker:' .. worker

if not owns(worker, id, execution) then
  -- Also when the job was enqueued anew and taken by us a second time: what is left of this execution in RQ's registry
  -- would have its cleaners fail the job later.
  local _, _, queue = parse_entry(redis.call('HGET', inflight_key, id))
  drop_execution(worker, id, execution, origin_of(id, queue or ''))
  -- Ours after all: the reply to the first attempt was lost.
  local newest = redis.call('XREVRANGE', rq .. ':results:' .. id, '+', '-', 'COUNT', 1)[1]
  if newest then
    for index = 1, #newest[2], 2 do
      if newest[2][index] == 'execution_id' and newest[2][index + 1] == execution then return { 'recorded' } end
    end
  end
  return { 'lost' }
end

local _, _, queue = parse_entry(redis.call('HGET', inflight_key, id))
local origin = origin_of(id, queue)
local answer = { 'recorded' }

-- RQ: with more retries than intervals the first interval repeats, and the last ones come at the end.
local function retry()
  local left = whole(redis.call('HGET', key, 'retries_left'), 0)
  if ARGV[9] ~= '1' or left <= 0 then return false end
  local intervals = {}
  for number in string.gmatch(redis.call('HGET', key, 'retry_intervals') or '', '%d+') do
    intervals[#intervals + 1] = tonumber(number)
  end
  local interval = intervals[math.max(#intervals - left, 0) + 1] or 0
  redis.call('HSET', key, 'retries_left', left - 1, 'ended_at', stamp, 'worker_name', '')
  redis.call('HDEL', key, 'pulse_crashes', 'pulse_crash_log', 'pulse_seq')
  if interval > 0 then
    redis.call('HSET', key, 'status', 'scheduled')
    redis.call('ZADD', rq .. ':scheduled:' .. origin, now + interval, id)
  else
    redis.call('HSET', key, 'status', 'queued', 'enqueued_at', stamp)
    redis.call('SADD', rq .. ':queues', queue_key(origin))
    local front = redis.call('HGET', key, 'enqueue_at_front_on_retry') == '1'
    redis.call(front and 'LPUSH' or 'RPUSH', queue_key(origin), id)
  end
  answer = { 'retried', interval }
  return true
end

if outcome == 'success' then
  local ttl = whole(redis.call('HGET', key, 'result_ttl'), 500)
  redis.call('HINCRBY', worker_key, 'successful_job_count', 1)
  redis.call('HSET', key, 'status', 'finished', 'ended_at', stamp, 'last_heartbeat', stamp)
  redis.call('HDEL', key, 'pulse_crashes', 'pulse_crash_log', 'pulse_seq')
  if ttl ~= 0 then
    add_result(id, execution, '1', 'return_value', result, ttl)
    redis.call('ZADD', rq .. ':finished:' .. origin, ttl < 0 and '+inf' or now + ttl, id)
  end
  release_dependents(id)
  local keys = { key, key .. ':dependents', rq .. ':job::' .. id .. ':dependencies' }
  for _, name in ipairs(keys) do
    if ttl == 0 then redis.call('DEL', name) else keep(name, ttl) end
  end
  if ttl == 0 then redis.call('DEL', rq .. ':results:' .. id) end
else
  redis.call('HINCRBY', worker_key, 'failed_job_count', 1)
  if not retry() then fail(id, origin, execution, result) end
end

drop_execution(worker, id, execution, origin)
redis.call('HINCRBYFLOAT', worker_key, 'total_working_time', seconds)
if redis.call('HLEN', inflight_key) == 0 then redis.call('HDEL', worker_key, 'current_job') end
return answer
