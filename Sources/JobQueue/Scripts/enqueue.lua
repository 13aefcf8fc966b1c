-- Enqueues jobs, all in one step; those that are there already are left as they are, so it may be sent again.
-- Stands alone: no worker is needed to enqueue. Before it stands `local again`, or enqueue_again.lua. ARGV: 1 RQ's key prefix,
-- 2 the queue, then for each job its id, how many fields and values follow, and those. Answers how many were added.
local rq, list = ARGV[1], ARGV[1] .. ':queue:' .. ARGV[2]
local at, added = 3, {}
redis.call('SADD', rq .. ':queues', list)
while ARGV[at] do
  local id, count = ARGV[at], tonumber(ARGV[at + 1])
  local key = rq .. ':job:' .. id
  if redis.call('EXISTS', key) == 0 then
    redis.call('HSET', key, unpack(ARGV, at + 2, at + 1 + count))
    added[#added + 1] = id
  elseif again and again.is_unlisted(key, id, list) then
    added[#added + 1] = id
  end
  at = at + 2 + count
end
-- Into the list last, and all at once: of this step cut short, nothing stands there.
if again then again.undo_push(list, added) end
for first = 1, #added, 1000 do
  local pushed = redis.pcall('RPUSH', list, unpack(added, first, math.min(first + 999, #added)))
  if type(pushed) == 'table' and pushed.err then
    -- Refused (an ACL, a key that holds something else): a job that no list names would stay for ever.
    for index = first, #added do redis.call('DEL', rq .. ':job:' .. added[index]) end
    return pushed
  end
end
return #added
