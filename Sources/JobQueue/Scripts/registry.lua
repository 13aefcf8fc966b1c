-- Stands between common.lua and the scripts of what people order. Those change what RQ 2.6's own methods change, key by key.

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
