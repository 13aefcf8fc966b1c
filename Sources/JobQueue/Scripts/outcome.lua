-- Stands between enqueueing.lua and the scripts that end jobs: what becomes of a job, as RQ writes it, and in the same order.

-- A job's hash and what belongs to it alone, for so long after its end: negative = for ever, 0 = not at all.
local function keep_all(id, ttl)
  local keys = { job_key(id), job_key(id) .. ':dependents', rq .. ':job::' .. id .. ':dependencies' }
  if ttl == 0 then return redis.call('DEL', rq .. ':results:' .. id, unpack(keys)) end
  for _, key in ipairs(keys) do keep(key, ttl) end
end

-- Python may have written fractions, which whole seconds do for.
local function numbers(text)
  local list = {}
  for number in string.gmatch(text or '', '%d[%d.eE+-]*') do list[#list + 1] = whole(number, 0) end
  return list
end

-- One of RQ's retries, if the job has any left. Answers the seconds until then, or nil.
-- With more retries than intervals the first interval repeats, and the last ones come at the end.
local function retry(id, queue, execution)
  local key = job_key(id)
  local left = whole(redis.call('HGET', key, 'retries_left'), 0)
  if left <= 0 then return nil end
  local intervals = numbers(redis.call('HGET', key, 'retry_intervals'))
  local seconds = intervals[math.max(#intervals - left, 0) + 1] or 0
  enqueue_after(id, queue, seconds, redis.call('HGET', key, 'enqueue_at_front_on_retry') == '1')
  redis.call('HSET', key, 'retries_left', left - 1, 'ended_at', stamp, 'worker_name', '')
  -- A retry writes no result that could tell whoever asks again, its reply being lost.
  if execution then redis.call('HSET', key, 'pulse_ended', execution) end
  return seconds
end

-- RQ's `repeat`: a job that succeeded runs again. The intervals are used up one by one, the last one stays.
local function repeat_again(id, queue)
  local key = job_key(id)
  local left = whole(redis.call('HGET', key, 'repeats_left'), 0)
  if left <= 0 then return false end
  local intervals = numbers(redis.call('HGET', key, 'repeat_intervals'))
  enqueue_after(id, queue, intervals[1] or 0, false)
  if #intervals > 1 then
    redis.call('HSET', key, 'repeat_intervals', '[' .. table.concat(intervals, ', ', 2) .. ']')
  end
  redis.call('HSET', key, 'repeats_left', left - 1, 'ended_at', stamp, 'last_heartbeat', stamp)
  return true
end

-- Releases what waited for this job, which is about to have the status `ended`. A dependent may wait for several; it goes when
-- none is left open. A cancelled job never counts as failed, a stopped one only for what waits for it when it ends, as RQ
-- before 3 has it.
local function release_dependents(id, ended)
  local function release(dependent)
    local state = redis.call('HMGET', job_key(dependent), 'status', 'origin', 'allow_dependency_failures', 'enqueue_at_front')
    if state[1] == 'deferred' and state[2] then
      local ready = true
      for _, needed in ipairs(redis.call('SMEMBERS', of_type(rq .. ':job::' .. dependent .. ':dependencies', 'set'))) do
        local status = needed == id and ended or redis.call('HGET', job_key(needed), 'status')
        local settled = status == 'finished'
          or (state[3] == '1' and (status == 'failed' or (status == 'stopped' and needed == id)))
        if status and not settled then ready = false end
      end
      if ready then
        enqueue(dependent, state[2], state[4] == '1')
        redis.call('ZREM', rq .. ':deferred:' .. state[2], dependent)
        redis.call('SREM', job_key(id) .. ':dependents', dependent)
      end
    end
  end
  for _, dependent in ipairs(redis.call('SMEMBERS', of_type(job_key(id) .. ':dependents', 'set'))) do
    was_done(release, dependent)
  end
end

local function add_result(id, execution, kind, field, value, ttl)
  local fields = { 'type', kind, 'worker_name', worker }
  if value ~= '' then
    fields[#fields + 1] = field
    fields[#fields + 1] = value
  end
  if execution then
    local started = redis.call('HGET', rq .. ':execution:' .. id .. ':' .. execution, 'created_at')
    for _, text in ipairs({ 'execution_id', execution, 'execution_started_at', started or now_float,
      'execution_ended_at', now_float }) do fields[#fields + 1] = text end
  end
  local key = of_type(rq .. ':results:' .. id, 'stream')
  redis.call('XADD', key, 'MAXLEN', '~', 10, '*', unpack(fields))
  keep(key, ttl)
end

-- The status last: a command that an ACL refuses ends the script, and a job without its result must not look ended.
local function conclude(id, status)
  forget_attempts(id)
  redis.call('HSET', job_key(id), 'status', status, 'ended_at', stamp, 'last_heartbeat', stamp)
end

local function succeed(id, origin, queue, execution, value)
  local ttl = whole(redis.call('HGET', job_key(id), 'result_ttl'), 500)
  if ttl ~= 0 then
    add_result(id, execution, '1', 'return_value', value, ttl)
    redis.call('ZADD', rq .. ':finished:' .. origin, ttl < 0 and '+inf' or now + ttl, id)
  end
  release_dependents(id, 'finished')
  if repeat_again(id, queue) then return end
  conclude(id, 'finished')
  release_slot(id)
  keep_all(id, ttl)
end

-- Into the failed registry, as failed or as stopped. RQ gives a failed job's result stream no lifetime; here it goes with
-- the job. As in RQ, a failure_ttl of 0 deletes the job, and one that is kept for ever scores -1, which no cleaning reaches.
local function fail(id, origin, execution, text, status)
  local ttl = whole(redis.call('HGET', job_key(id), 'failure_ttl'), 31536000)
  if ttl ~= 0 then
    add_result(id, execution, '2', 'exc_string', text, ttl)
    redis.call('ZADD', rq .. ':failed:' .. origin, ttl < 0 and -1 or now + ttl, id)
  end
  release_dependents(id, status or 'failed')
  conclude(id, status or 'failed')
  release_slot(id)
  keep_all(id, ttl)
end
