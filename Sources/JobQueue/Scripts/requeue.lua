-- RQ: FailedJobRegistry.requeue, and CanceledJobRegistry.requeue of a job that is named.
-- ARGV: 4 the queue whose failed registry is meant ('' = the one that each job stands in), 5.. ids.
-- Answers for each {done|refused|gone, status before, queue, jobs that wait for it}.
local answers = {}

-- What RQ writes into its old field for a traceback: an empty text, deflated.
local no_traceback = '\120\156\003\000\000\000\000\001'

local function requeue(id, origin)
  redis.call('HSET', job_key(id), 'started_at', '', 'ended_at', '', 'exc_info', no_traceback)
  -- RQ leaves the lifetime of a failed job on it, which may end while it waits.
  local ttl = whole(redis.call('HGET', job_key(id), 'ttl'), -1)
  keep_all(id, ttl > 0 and ttl or -1)
  enqueue(id, origin, false)
end

for index = 5, #ARGV do
  local id, named = ARGV[index], ARGV[4] == ''
  local status, origin = look_up(id)
  local failed = rq .. ':failed:' .. (named and origin or ARGV[4])
  if not status then
    if not named then redis.call('ZREM', failed, id) end
    answers[#answers + 1] = { 'gone', '', '', 0 }
  -- In the registry, but also in the queue or in somebody's hands: it would run twice.
  elseif status == 'queued' or status == 'started' then
    answers[#answers + 1] = { 'refused', status, origin, 0 }
  elseif redis.call('ZSCORE', failed, id)
    or (named and status == 'canceled' and redis.call('ZSCORE', rq .. ':canceled:' .. origin, id)) then
    requeue(id, origin)
    redis.call('ZREM', failed, id)
    if named and status == 'canceled' then redis.call('ZREM', rq .. ':canceled:' .. origin, id) end
    answers[#answers + 1] = { 'done', status, origin, waiting_for(id) }
  else
    answers[#answers + 1] = { 'refused', status, origin, 0 }
  end
end
return answers
