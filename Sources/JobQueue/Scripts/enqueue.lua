-- Enqueues jobs, all in one step; those that are there already are left as they are, so it may be sent again.
-- Stands alone: no worker is needed to enqueue. ARGV: 1 RQ's key prefix, 2 the queue, then for each job its id, how many
-- fields and values follow, and those. Answers how many were added.
local rq, list = ARGV[1], ARGV[1] .. ':queue:' .. ARGV[2]
local at, added = 3, 0
redis.call('SADD', rq .. ':queues', list)
while ARGV[at] do
  local id, count = ARGV[at], tonumber(ARGV[at + 1])
  local key = rq .. ':job:' .. id
  if redis.call('EXISTS', key) == 0 then
    -- Into the list first: a command that an ACL refuses ends the script, and an id without a job is dropped by every
    -- worker, while a job without its id in the list would stay for ever.
    redis.call('RPUSH', list, id)
    redis.call('HSET', key, unpack(ARGV, at + 2, at + 1 + count))
    added = added + 1
  end
  at = at + 2 + count
end
return added
