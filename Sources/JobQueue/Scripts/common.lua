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

-- What Pulse notes about a job's attempts: an end, a retry or another queue begins them anew.
local function forget_attempts(id)
  redis.call('HDEL', job_key(id), 'pulse_crashes', 'pulse_crash_log', 'pulse_seq', 'pulse_abandoned', 'pulse_ended')
end

-- A key of the job alone that holds something else was written by nobody who knows RQ; it would end every script half way.
local function of_type(key, wanted)
  local found = redis.call('TYPE', key).ok
  if found ~= 'none' and found ~= wanted then redis.call('DEL', key) end
  return key
end

-- Takes the id that stands first off a list: by its name, not LPOP. Of a transaction that Redis was killed over, a piece may
-- come back with a later start (see enqueue_again.lua); popping twice would then lose the job behind it.
local function remove_first(list, id) redis.call('LREM', list, 1, id) end

-- Somebody runs it; RQ before 2 writes no executions, and the bare id into its registry.
local function runs(id, queue)
  return redis.call('ZCARD', of_type(rq .. ':executions:' .. id, 'zset')) > 0
    or redis.call('ZSCORE', rq .. ':wip:' .. queue, id)
end

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

-- The queue that a worker waits on, and its inbox belongs to.
local function first_queue(name, default)
  return string.match(redis.call('HGET', own .. ':worker:' .. name, 'queues') or '', '[^,]+') or default
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
    -- Last, since a command that an ACL refuses ends the script, and what it had taken would be nobody's.
    remove_first(own .. ':inbox:' .. name, id)
  end
end

local function origin_of(id, queue)
  local origin = redis.call('HGET', job_key(id), 'origin')
  return (origin and origin ~= '') and origin or queue
end

-- A document is leased to one execution at a time. The lease holds while that execution has its entry among its worker's
-- leases: whatever forgets the execution - finish, reclaim, a fence - frees the document with it.
local function lease_key(document) return own .. ':lease:' .. redis.sha1hex(document) end

-- The same for an execution that may be nobody's any more, of a job that may be deleted.
local function origin_of_execution(id, execution, queue)
  return origin_of(id, queue or redis.call('HGET', rq .. ':execution:' .. id .. ':' .. execution, 'pulse_origin') or '')
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
  local leases = redis.call('HGET', own .. ':leases:' .. name, member)
  if leases then
    local holder = name .. '|' .. member
    for key in string.gmatch(leases, '%S+') do
      if redis.call('GET', key) == holder then redis.call('DEL', key) end
    end
    redis.call('HDEL', own .. ':leases:' .. name, member)
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

-- A claimed job as the claimer needs it.
local claim_fields = { 'created_at', 'enqueued_at', 'timeout', 'description', 'pulse_crashes', 'retries_left',
  'success_callback_name', 'failure_callback_name', 'stopped_callback_name', 'pulse_force' }
-- Data beyond so many bytes stays where it is until its job is opened: in this answer it would hold up the jobs beside it.
local most_data = 262144
-- The field to ask for: the empty name is nobody's, and answered with nothing.
local function data_field(size) return size <= most_data and 'data' or '' end
local function describe(id, execution, mark, queue)
  local key = job_key(id)
  local size = redis.call('HSTRLEN', key, 'data')
  return { id, execution, mark, queue, size, redis.call('HMGET', key, data_field(size), unpack(claim_fields)) }
end
