-- Stands before every other script. ARGV: 1 RQ's key prefix, 2 ours, 3 the worker's name.
-- Time is Redis's own, so clocks of hosts do not matter. Keys are built here, so scripts run on one server, not on a cluster.
local rq, own, worker = ARGV[1], ARGV[2], ARGV[3]
local clock = redis.call('TIME')
local now, micro = tonumber(clock[1]), tonumber(clock[2])
local now_float = string.format('%d.%06d', now, micro)

-- A moment as RQ writes it. Source: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms".
local function timestamp(seconds, microseconds)
  local days = math.floor(seconds / 86400)
  local rest = seconds - days * 86400
  local shifted = days + 719468
  local era = math.floor(shifted / 146097)
  local doe = shifted - era * 146097
  local yoe = math.floor((doe - math.floor(doe / 1460) + math.floor(doe / 36524) - math.floor(doe / 146096)) / 365)
  local doy = doe - (365 * yoe + math.floor(yoe / 4) - math.floor(yoe / 100))
  local mp = math.floor((5 * doy + 2) / 153)
  local day = doy - math.floor((153 * mp + 2) / 5) + 1
  local month = mp < 10 and mp + 3 or mp - 9
  local year = yoe + era * 400 + (month <= 2 and 1 or 0)
  return string.format('%04d-%02d-%02dT%02d:%02d:%02d.%06dZ', year, month, day, math.floor(rest / 3600),
    math.floor(rest / 60) % 60, rest % 60, microseconds)
end
local stamp = timestamp(now, micro)

local function job_key(id) return rq .. ':job:' .. id end
local function queue_key(queue) return rq .. ':queue:' .. queue end
local inflight_key = own .. ':inflight:' .. worker
local inbox_key = own .. ':inbox:' .. worker

-- A whole number out of a hash that any producer may have written. One that is a fraction, or too large for a lifetime,
-- would end the script half way, with the job taken off its queue and put nowhere. Negative = -1, at most a century.
local function whole(text, default)
  local number = tonumber(text or '')
  if not number or number ~= number then return default end
  return math.max(-1, math.min(math.floor(number), 3153600000))
end

-- There is something to run: not so when the job was deleted, or when its key holds anything but a hash.
local function has_data(id) return redis.pcall('HEXISTS', job_key(id), 'data') == 1 end

-- An entry of the inflight hash: "<execution>|<r or h>|<queue it was taken from>".
-- r runs (a crash counts against it), h is held until the worker is alone.
local function parse_entry(entry)
  if not entry then return nil end
  return string.match(entry, '^(%x+)|([rh])|(.*)$')
end

-- Puts a job back at the front of its queue: before the first job that was taken later, or was never taken at all.
local function put_back(id, queue)
  local list = queue_key(queue)
  local mine = tonumber(redis.call('HGET', job_key(id), 'pulse_seq') or '')
  if not mine then
    mine = redis.call('INCR', own .. ':seq:' .. queue)
    redis.call('HSET', job_key(id), 'pulse_seq', mine)
  end
  local index = 0
  while true do
    local other = redis.call('LINDEX', list, index)
    if not other then
      redis.call('RPUSH', list, id)
      break
    end
    local theirs = has_data(other) and tonumber(redis.call('HGET', job_key(other), 'pulse_seq') or '')
    if not theirs or theirs > mine then
      if index == 0 then redis.call('LPUSH', list, id) else redis.call('LINSERT', list, 'BEFORE', other, id) end
      break
    end
    index = index + 1
  end
  redis.call('SADD', rq .. ':queues', list)
end

-- An inbox holds what BLMOVE took and no claim has seen yet; each goes behind the one that was taken before it.
local function empty_inbox(name, queue)
  local moved = 0
  while true do
    local id = redis.call('LINDEX', own .. ':inbox:' .. name, 0)
    if not id then return moved end
    if has_data(id) then
      put_back(id, queue)
      moved = moved + 1
    end
    -- Last, since a command that an ACL refuses ends the script, and what it had popped would be nobody's.
    redis.call('LPOP', own .. ':inbox:' .. name)
  end
end

local function origin_of(id, queue)
  local origin = redis.call('HGET', job_key(id), 'origin')
  return (origin and origin ~= '') and origin or queue
end

-- Forgets one execution, in every place RQ and we keep it. The inflight entry stays when a newer execution wrote it.
local function drop_execution(name, id, execution, origin)
  local member = id .. ':' .. execution
  redis.call('ZREM', rq .. ':wip:' .. origin, member)
  redis.call('DEL', rq .. ':execution:' .. member)
  redis.call('ZREM', rq .. ':executions:' .. id, execution)
  redis.call('SREM', rq .. ':worker:' .. name .. ':executions', member)
  if parse_entry(redis.call('HGET', own .. ':inflight:' .. name, id)) == execution then
    redis.call('HDEL', own .. ':inflight:' .. name, id)
  end
end

-- The execution is still this worker's: nobody cancelled, deleted, failed, reclaimed or restarted the job since.
local function owns(name, id, execution)
  local mine = parse_entry(redis.call('HGET', own .. ':inflight:' .. name, id))
  if mine ~= execution then return false end
  local state = redis.call('HMGET', job_key(id), 'status', 'worker_name')
  return state[1] == 'started' and state[2] == name
end

-- Into the list first: a command that an ACL refuses ends the script, and an id that stands there twice runs once.
local function requeue_unrun(id, queue)
  put_back(id, queue)
  redis.call('HSET', job_key(id), 'status', 'queued', 'started_at', '', 'worker_name', '', 'last_heartbeat', '')
  local ttl = whole(redis.call('HGET', job_key(id), 'ttl'), 0)
  if ttl > 0 then redis.call('EXPIRE', job_key(id), ttl) end
end

-- Releases what waited for this job. A dependent may wait for several; it goes when none is left open.
local function release_dependents(id)
  for _, dependent in ipairs(redis.call('SMEMBERS', job_key(id) .. ':dependents')) do
    local state = redis.call('HMGET', job_key(dependent), 'status', 'origin', 'allow_dependency_failures', 'enqueue_at_front')
    if state[1] == 'deferred' and state[2] then
      local ready = true
      for _, needed in ipairs(redis.call('SMEMBERS', rq .. ':job::' .. dependent .. ':dependencies')) do
        local status = redis.call('HGET', job_key(needed), 'status')
        local settled = status == 'finished'
          or (state[3] == '1' and (status == 'failed' or status == 'stopped' or status == 'canceled'))
        if status and not settled then ready = false end
      end
      if ready then
        redis.call('ZREM', rq .. ':deferred:' .. state[2], dependent)
        redis.call('HSET', job_key(dependent), 'status', 'queued', 'enqueued_at', stamp)
        redis.call('SADD', rq .. ':queues', queue_key(state[2]))
        redis.call(state[4] == '1' and 'LPUSH' or 'RPUSH', queue_key(state[2]), dependent)
        redis.call('SREM', job_key(id) .. ':dependents', dependent)
      end
    end
  end
end

local function keep(key, ttl)
  if ttl > 0 then redis.call('EXPIRE', key, ttl) else redis.call('PERSIST', key) end
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
  local key = rq .. ':results:' .. id
  redis.call('XADD', key, 'MAXLEN', '~', 10, '*', unpack(fields))
  keep(key, ttl)
end

-- RQ gives a failed job's result stream no lifetime; here it goes with the job.
local function fail(id, origin, execution, text)
  local ttl = whole(redis.call('HGET', job_key(id), 'failure_ttl'), 0)
  if ttl == 0 then ttl = 31536000 end
  redis.call('HSET', job_key(id), 'status', 'failed', 'ended_at', stamp, 'last_heartbeat', stamp)
  redis.call('HDEL', job_key(id), 'pulse_crashes', 'pulse_crash_log', 'pulse_seq')
  redis.call('ZADD', rq .. ':failed:' .. origin, ttl < 0 and '+inf' or now + ttl, id)
  add_result(id, execution, '2', 'exc_string', text, ttl)
  keep(job_key(id), ttl)
  release_dependents(id)
end

-- A claimed job as the claimer needs it.
local claim_fields = { 'data', 'created_at', 'enqueued_at', 'timeout', 'description', 'pulse_crashes', 'retries_left',
  'success_callback_name', 'failure_callback_name', 'stopped_callback_name' }
local function describe(id, execution, mark, queue)
  return { id, execution, mark, queue, redis.call('HMGET', job_key(id), unpack(claim_fields)) }
end
