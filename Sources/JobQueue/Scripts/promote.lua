-- Puts scheduled jobs whose time has come on their queues, unless a scheduler of RQ's own does that. ARGV: 4.. queues.
-- Answers how many.
local moved = 0

-- RQ's lock: a pid or a scheduler's name while one of its schedulers lives, a worker's name while it is ours.
local function is_ours(queue)
  local key = rq .. ':scheduler-lock:' .. queue
  local holder = redis.call('GET', key)
  local other = holder and holder ~= worker and string.sub(holder, 1, 6) == 'pulse-'
  if other and redis.call('SISMEMBER', own .. ':workers', holder) == 0 then holder = false end
  if holder and holder ~= worker then return false end
  redis.call('SET', key, worker, 'EX', 61)
  return true
end

local function promote(id, queue)
  local job = has_data(id)
    and redis.call('HMGET', job_key(id), 'status', 'enqueue_at_front', 'enqueue_at_front_on_retry', 'ended_at')
  if job and job[1] ~= 'canceled' then
    local again = job[3] == '1' and job[4] and job[4] ~= ''
    enqueue(id, queue, job[2] == '1' or again)
    moved = moved + 1
  end
  redis.call('ZREM', rq .. ':scheduled:' .. queue, id)
end

for index = 4, #ARGV do
  local queue = ARGV[index]
  local key = rq .. ':scheduled:' .. queue
  if redis.call('EXISTS', key) == 1 and is_ours(queue) then
    -- A bounded number: the rest is due again with the next call.
    for _, id in ipairs(redis.call('ZRANGEBYSCORE', key, '-inf', now, 'LIMIT', 0, 500)) do
      was_done(promote, id, queue)
    end
  end
end
return moved
