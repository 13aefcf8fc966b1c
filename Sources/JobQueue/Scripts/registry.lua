-- Stands between outcome.lua and the scripts of what people order. Those change what RQ 2.6's own methods change, key by key.

-- The registry that a job of this status stands in; one that runs stands in rq:wip, by its executions.
local registry_of = { finished = 'finished', failed = 'failed', stopped = 'failed', deferred = 'deferred',
  scheduled = 'scheduled', canceled = 'canceled' }

-- A job's status and queue, as RQ's Job.fetch reads them. nil: there is no such job.
local function look_up(id)
  if not has_data(id) then return nil end
  local fields = redis.call('HMGET', job_key(id), 'status', 'origin')
  local status = (fields[1] and fields[1] ~= '') and fields[1] or 'created'
  return status, fields[2] or ''
end

-- RQ: Job._remove_from_registries. A bare id in rq:wip is one of RQ 1.16.
local function withdraw(id, status, origin)
  redis.call('LREM', queue_key(origin), 1, id)
  if registry_of[status] then
    redis.call('ZREM', rq .. ':' .. registry_of[status] .. ':' .. origin, id)
  elseif status == 'started' then
    redis.call('ZREM', rq .. ':wip:' .. origin, id)
    for _, execution in ipairs(redis.call('ZRANGE', rq .. ':executions:' .. id, 0, -1)) do
      redis.call('ZREM', rq .. ':wip:' .. origin, id .. ':' .. execution)
    end
  end
end

-- How many jobs wait for this one: RQ takes those that need not wait any more out of the set.
local function waiting_for(id)
  local count = redis.pcall('SCARD', job_key(id) .. ':dependents')
  return type(count) == 'number' and count or 0
end

-- A job with a rate limit that will not run: its place among those that wait, and its slot unless it still runs, are
-- somebody else's. To be called with what rate_limit(id) said before.
local function leave_limit(id, limit, most)
  if not limit then return end
  redis.call('ZREM', limit .. ':rate_limited', id)
  if redis.call('ZCARD', rq .. ':executions:' .. id) > 0 then return end
  if redis.call('ZREM', limit .. ':allowed', id) == 1 then fill_slots(limit, most) end
end

-- Changes each of the jobs that ARGV names from 4 on. `change` is called with id, status and queue of those there are, and
-- says done or refused, and how many jobs wait for it. Answers for each {done|refused|gone, status before, queue, waiting}.
local function each_job(change)
  local answers = {}
  for index = 4, #ARGV do
    local status, origin = look_up(ARGV[index])
    if status then
      local outcome, waiting = change(ARGV[index], status, origin)
      answers[#answers + 1] = { outcome, status, origin, waiting }
    else
      answers[#answers + 1] = { 'gone', '', '', 0 }
    end
  end
  return answers
end
