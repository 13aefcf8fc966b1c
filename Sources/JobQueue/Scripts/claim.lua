-- Takes up to N jobs: what BLMOVE left in the inbox first, then the queues in order.
-- ARGV: 4 N, 5 byte budget, 6.. queues. Answers {state, job...}; state says why there may be more that was not taken.
local most, budget = tonumber(ARGV[4]), tonumber(ARGV[5])
local first = ARGV[6]
local worker_key = rq .. ':worker:' .. worker

if redis.call('SISMEMBER', own .. ':workers', worker) == 0 then
  empty_inbox(worker, first)
  return { 'unregistered' }
end
if redis.call('HGET', own .. ':worker:' .. worker, 'stopping') == '1' then
  empty_inbox(worker, first)
  return { 'stopping' }
end
if redis.call('EXISTS', rq .. ':suspended') == 1 then
  empty_inbox(worker, first)
  redis.call('HSET', worker_key, 'state', 'suspended')
  return { 'suspended' }
end

local jobs = {}
local state = 'open'
local taken_bytes = 0
local in_hand = redis.call('HLEN', inflight_key)

local function runnable(id, queue)
  if not has_data(id) then return false end
  local status = redis.call('HGET', job_key(id), 'status')
  if status == 'finished' or status == 'canceled' or status == 'stopped' then return false end
  -- A second entry of a job that runs somewhere.
  return status ~= 'started' or not runs(id, origin_of(id, queue))
end

local function begin(id, queue)
  local key, origin = job_key(id), origin_of(id, queue)
  local sequence = redis.call('INCR', own .. ':seq:' .. queue)
  -- One that came back keeps its place: those it came back with, and that were not taken again, stand behind it.
  local place = redis.call('HGET', key, 'pulse_seq') or sequence
  local execution = string.sub(redis.sha1hex(worker .. ':' .. queue .. ':' .. sequence .. ':' .. now_float .. ':' .. id), 1, 32)
  local member = id .. ':' .. execution
  local timeout = whole(redis.call('HGET', key, 'timeout'), 180)
  local lifetime = timeout > 0 and timeout + 60 or 3600
  local suspect = (tonumber(redis.call('HGET', key, 'pulse_crashes') or '') or 0) > 0
  local mark = (suspect and in_hand + #jobs > 0) and 'h' or 'r'
  redis.call('HSET', rq .. ':execution:' .. member, 'id', execution, 'created_at', now_float, 'last_heartbeat', now_float,
    'job_id', id, 'worker_name', worker, 'pulse_origin', origin)
  redis.call('EXPIRE', rq .. ':execution:' .. member, lifetime)
  redis.call('ZADD', of_type(rq .. ':executions:' .. id, 'zset'), now + lifetime + 60, execution)
  redis.call('EXPIRE', rq .. ':executions:' .. id, lifetime + 60)
  redis.call('ZADD', rq .. ':wip:' .. origin, now + lifetime, member)
  redis.call('SADD', worker_key .. ':executions', member)
  redis.call('EXPIRE', worker_key .. ':executions', lifetime + 60)
  redis.call('HSET', inflight_key, id, execution .. '|' .. mark .. '|' .. queue)
  redis.call('HSET', key, 'status', 'started', 'started_at', stamp, 'last_heartbeat', stamp, 'worker_name', worker,
    'ended_at', '', 'origin', origin, 'pulse_seq', place)
  redis.call('PERSIST', key)
  jobs[#jobs + 1] = describe(id, execution, mark, queue)
  -- A suspect is the last of its batch, so that nothing is claimed that would have to wait beside it.
  if suspect then state = 'suspect' end
end

-- Bounded, since a list full of deleted jobs would otherwise hold Redis up.
local looked = 0
local function take_from(list, queue)
  while #jobs < most and state == 'open' and looked < most * 4 + 100 do
    looked = looked + 1
    local id = redis.call('LINDEX', list, 0)
    if not id then return end
    if runnable(id, queue) then
      local size = redis.call('HSTRLEN', job_key(id), 'data')
      -- One larger than the whole budget runs alone rather than never.
      if taken_bytes + size > budget and in_hand + #jobs > 0 then
        state = 'full'
        return
      end
      taken_bytes = taken_bytes + size
      -- Last, since a command that an ACL refuses ends the script here, and what it had taken would be nobody's.
      begin(id, queue)
    end
    remove_first(list, id)
  end
end

-- What BLMOVE has handed to waiting workers left the queue before everything that stands in it now, whichever of their
-- claims comes first. It is numbered first, in the order in which it was enqueued: nothing else tells who was served first.
local handed = {}
for _, name in ipairs(redis.call('SMEMBERS', own .. ':workers')) do
  for _, id in ipairs(redis.call('LRANGE', own .. ':inbox:' .. name, 0, -1)) do
    if has_data(id) and not redis.call('HGET', job_key(id), 'pulse_seq') then
      handed[#handed + 1] = { id, redis.call('HGET', job_key(id), 'enqueued_at') or '', first_queue(name, first) }
    end
  end
end
table.sort(handed, function(a, b) return a[2] < b[2] or (a[2] == b[2] and a[1] < b[1]) end)
for _, job in ipairs(handed) do
  redis.call('HSET', job_key(job[1]), 'pulse_seq', redis.call('INCR', own .. ':seq:' .. job[3]))
end

take_from(inbox_key, first)
for index = 6, #ARGV do take_from(queue_key(ARGV[index]), ARGV[index]) end
empty_inbox(worker, first)

if #jobs > 0 then
  redis.call('HSET', worker_key, 'state', 'busy', 'current_job', jobs[#jobs][1], 'current_job_working_time', '0')
elseif in_hand == 0 then
  redis.call('HSET', worker_key, 'state', 'idle')
end
return { state, unpack(jobs) }
