-- Buries a worker: what it held goes back to the front of the queue in the old order.
-- ARGV: 3 the dead worker, 4 whether its alive key must have expired, 5 whether running jobs are suspects, 6 crashes that
-- fail a job, 7 how it died (one line), 8 the queue its inbox belongs to unless it says so itself,
-- 9.. job, exc_string (base64) in turn: the text for each job that this death may fail.
-- Answers {buried 0|1, requeued, failed, suspects}.
local dead = worker
if redis.call('SISMEMBER', own .. ':workers', dead) == 0 and redis.call('EXISTS', inflight_key, inbox_key) == 0 then
  return { 0, 0, 0, 0 }
end
if ARGV[4] == '1' and redis.call('EXISTS', own .. ':alive:' .. dead) == 1 then return { 0, 0, 0, 0 } end

local own_key, key = own .. ':worker:' .. dead, rq .. ':worker:' .. dead
local announced = redis.call('HGET', own_key, 'stopping') == '1'
local counted = ARGV[5] == '1' and not announced
local limit, how = tonumber(ARGV[6]), ARGV[7]
local queues = redis.call('HGET', own_key, 'queues') or ARGV[8]
local texts = {}
for index = 9, #ARGV, 2 do texts[ARGV[index]] = ARGV[index + 1] end

local requeued, failed, suspects = 0, 0, 0
local first = first_queue(dead, ARGV[8])
requeued = empty_inbox(dead, first)
local entries = redis.call('HGETALL', inflight_key)
for index = 1, #entries, 2 do
  local id = entries[index]
  local execution, mark, queue = parse_entry(entries[index + 1])
  if execution then
    local still = owns(dead, id, execution)
    local origin = origin_of(id, queue)
    if still then
      local crashes = 0
      if counted and mark == 'r' then
        crashes = whole(redis.call('HGET', job_key(id), 'pulse_crashes'), 0) + 1
        redis.call('HSET', job_key(id), 'pulse_crashes', crashes)
        local log = redis.call('HGET', job_key(id), 'pulse_crash_log') or ''
        redis.call('HSET', job_key(id), 'pulse_crash_log', string.sub(log .. stamp .. ' ' .. dead .. ': ' .. how .. '\n', -4096))
        suspects = suspects + 1
      end
      if crashes >= limit and texts[id] then
        fail(id, origin, execution, texts[id])
        -- Its failure may be kept no time at all.
        if has_data(id) then redis.call('HSET', job_key(id), 'worker_name', '') end
        redis.call('HINCRBY', key, 'failed_job_count', 1)
        failed = failed + 1
      else
        requeue_unrun(id, queue)
        requeued = requeued + 1
      end
    end
    drop_execution(dead, id, execution, origin)
  end
end

for queue in string.gmatch(queues, '[^,]+') do
  if redis.call('GET', rq .. ':scheduler-lock:' .. queue) == dead then redis.call('DEL', rq .. ':scheduler-lock:' .. queue) end
end
redis.call('DEL', inflight_key, own .. ':leases:' .. dead, own_key, own .. ':alive:' .. dead, key .. ':executions')
redis.call('SREM', own .. ':workers', dead)
redis.call('SREM', rq .. ':workers', key)
for queue in string.gmatch(queues, '[^,]+') do redis.call('SREM', rq .. ':workers:' .. queue, key) end
if redis.call('EXISTS', key) == 1 then
  redis.call('HSET', key, 'death', stamp)
  redis.call('HDEL', key, 'current_job')
  redis.call('EXPIRE', key, 60)
end
-- A BLMOVE that was still waiting may yet fill its inbox: it is read once more.
redis.call('ZADD', own .. ':departed', now, dead .. '|' .. first)
return { 1, requeued, failed, suspects }
