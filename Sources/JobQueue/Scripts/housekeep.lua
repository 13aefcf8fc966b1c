-- What RQ's workers do for a queue now and then, for a queue that no Python worker may serve. ARGV: 4 queue, 5 seconds until
-- somebody does it again. Answers {done 0|1, jobs put back, member, id, data or nothing, description, ... of executions that expired}.
local queue, interval = ARGV[4], tonumber(ARGV[5])
if redis.call('EXISTS', rq .. ':clean_registries:' .. queue) == 1 then return { 0, 0 } end
if not redis.call('SET', own .. ':housekept:' .. queue, worker, 'NX', 'EX', interval) then return { 0, 0 } end

redis.call('ZREMRANGEBYSCORE', rq .. ':finished:' .. queue, 0, now)
redis.call('ZREMRANGEBYSCORE', rq .. ':failed:' .. queue, 0, now)

for _, set in ipairs({ rq .. ':workers', rq .. ':workers:' .. queue }) do
  for _, key in ipairs(redis.call('SMEMBERS', set)) do
    if redis.call('EXISTS', key) == 0 then redis.call('SREM', set, key) end
  end
end

-- A Python worker died between taking a job and starting it. RQ fails such a job; it never ran, so here it goes back.
local moved = 0
local intermediate = queue_key(queue) .. ':intermediate'
for _, id in ipairs(redis.call('LRANGE', intermediate, 0, 499)) do
  local seen = intermediate .. ':first_seen:' .. id
  if not has_data(id) then
    redis.call('LREM', intermediate, 1, id)
  elseif not runs(id, queue) and not redis.call('SET', seen, now_float, 'NX', 'EX', 86400) then
    local first = tonumber(redis.call('GET', seen)) or now
    if now - first > 60 then
      if redis.call('HGET', job_key(id), 'status') == 'queued' then
        redis.call('LPUSH', queue_key(queue), id)
        moved = moved + 1
      end
      redis.call('LREM', intermediate, 1, id)
      redis.call('DEL', seen)
    end
  end
end

-- RQ 3 stages dependents here; whoever died between its two steps left them.
for _, id in ipairs(redis.call('ZRANGE', rq .. ':ready:' .. queue, 0, 499)) do
  was_done(function()
    local job = redis.call('HMGET', job_key(id), 'status', 'enqueue_at_front')
    if job[1] == 'ready_to_enqueue' then
      enqueue(id, queue, job[2] == '1')
      moved = moved + 1
    end
    redis.call('ZREM', rq .. ':ready:' .. queue, id)
  end)
end

local function tidy_limit(name)
  local limit = rq .. ':rl:' .. name
  for _, id in ipairs(redis.call('ZRANGE', limit .. ':allowed', 0, -1)) do
    local status = redis.call('HGET', job_key(id), 'status')
    if status ~= 'queued' and status ~= 'started' and redis.call('ZCOUNT', rq .. ':executions:' .. id, now, '+inf') == 0 then
      redis.call('ZREM', limit .. ':allowed', id)
    end
  end
  fill_slots(limit, whole(redis.call('HGET', limit, 'concurrency'), 0))
  if redis.call('EXISTS', limit .. ':allowed', limit .. ':rate_limited') == 0 then
    redis.call('SREM', rq .. ':rl-keys', name)
    redis.call('DEL', limit)
  end
end
for _, name in ipairs(redis.call('SMEMBERS', rq .. ':rl-keys')) do was_done(tidy_limit, name) end

local answer = { 1, moved }
for _, member in ipairs(redis.call('ZRANGEBYSCORE', rq .. ':wip:' .. queue, 0, now, 'LIMIT', 0, 50)) do
  local id = string.match(member, '^(.*):(%x+)$')
  if not id or not has_data(id) then id = has_data(member) and member or nil end
  local field = id and data_field(redis.call('HSTRLEN', job_key(id), 'data'))
  local job = id and redis.call('HMGET', job_key(id), 'status', field, 'worker_name', 'description')
  local is_ours = job and job[3] and redis.call('SISMEMBER', own .. ':workers', job[3]) == 1
  if is_ours then
    -- Its worker gives its own signs of life, and whoever buries it puts its jobs back.
  elseif job and job[1] == 'started' then
    answer[#answer + 1] = member
    answer[#answer + 1] = id
    answer[#answer + 1] = job[2]
    answer[#answer + 1] = job[4]
  else
    -- What is left of a job that came to its end is no abandoned job.
    redis.call('ZREM', rq .. ':wip:' .. queue, member)
  end
end
return answer
