-- Stands between common.lua and the scripts that enqueue jobs: where a job goes, as RQ writes it.
-- That is written first, what it leaves behind last: of a script that Redis was killed over, the first commands alone may come
-- back with a later start (see enqueue_again.lua), and a job must then be found twice rather than nowhere.

local function keep(key, ttl)
  if ttl > 0 then redis.call('EXPIRE', key, ttl) else redis.call('PERSIST', key) end
end

-- RQ 3: at most so many jobs of one key are queued or running; the others wait in a set, as `rate_limited`.
local function rate_limit(id)
  local limit = redis.call('HMGET', job_key(id), 'rate_limit_key', 'rate_limit_concurrency')
  local most = whole(limit[2], 0)
  if not limit[1] or limit[1] == '' or most <= 0 then return nil end
  return rq .. ':rl:' .. limit[1], most, limit[1]
end

local function push(id, queue, front)
  redis.call('SADD', rq .. ':queues', queue_key(queue))
  redis.call(front and 'LPUSH' or 'RPUSH', queue_key(queue), id)
  redis.call('HSET', job_key(id), 'status', 'queued', 'origin', queue, 'enqueued_at', stamp)
end

-- Keys of a job, or of where it goes, may hold what nobody who knows RQ wrote. It then stays where it is, and what is done for
-- others goes on; any other refusal ends the script, to be tried again. Answers whether the step was done.
local function was_done(step, ...)
  local done, why = pcall(step, ...)
  if not done and not string.find(type(why) == 'table' and why.err or tostring(why), 'WRONGTYPE', 1, true) then
    error(why, 0)
  end
  return done
end

-- Gives free slots to those that wait longest.
local function fill_slots(limit, most)
  local function give(id)
    local job = redis.call('HMGET', job_key(id), 'origin', 'status', 'enqueue_at_front')
    if job[1] and job[2] == 'rate_limited' then
      redis.call('ZADD', limit .. ':allowed', now_float, id)
      push(id, job[1], job[3] == '1')
    end
    redis.call('ZREM', limit .. ':rate_limited', id)
  end
  local passed = 0
  while redis.call('ZCARD', limit .. ':allowed') < most do
    local id = redis.call('ZRANGE', limit .. ':rate_limited', passed, passed)[1]
    if not id then return end
    if not was_done(give, id) then
      redis.call('ZREM', limit .. ':allowed', id)
      passed = passed + 1
    end
  end
end

-- Puts a job on its queue anew. One with a rate limit waits for a slot first.
local function enqueue(id, queue, front)
  local key = job_key(id)
  forget_attempts(id)
  redis.call('HSETNX', key, 'timeout', 180)
  keep(key, whole(redis.call('HGET', key, 'ttl'), 0))
  local limit, most, name = rate_limit(id)
  if not limit then return push(id, queue, front) end
  redis.call('SADD', rq .. ':rl-keys', name)
  redis.call('HSET', limit, 'concurrency', most)
  redis.call('ZREM', limit .. ':allowed', id)
  redis.call('ZADD', limit .. ':rate_limited', now_float, id)
  redis.call('HSET', key, 'status', 'rate_limited', 'origin', queue, 'enqueue_at_front', front and '1' or '0')
  fill_slots(limit, most)
end

-- To be called when the job has come to its end: others may take its place.
local function release_slot(id)
  local limit, most = rate_limit(id)
  if not limit then return end
  was_done(function()
    redis.call('ZREM', limit .. ':allowed', id)
    fill_slots(limit, most)
  end)
end

local function schedule(id, queue, seconds)
  redis.call('SADD', rq .. ':queues', queue_key(queue))
  redis.call('ZADD', rq .. ':scheduled:' .. queue, now + seconds, id)
  redis.call('HSET', job_key(id), 'status', 'scheduled', 'origin', queue)
  forget_attempts(id)
  release_slot(id)
end

local function enqueue_after(id, queue, seconds, front)
  if seconds > 0 then return schedule(id, queue, seconds) end
  -- Whoever runs again at once keeps the slot it has.
  if rate_limit(id) then
    forget_attempts(id)
    return push(id, queue, front)
  end
  enqueue(id, queue, front)
end
