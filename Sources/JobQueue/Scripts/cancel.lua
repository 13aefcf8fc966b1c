-- RQ: Job.cancel, of jobs in any state but canceled. ARGV: 4.. ids.
-- Answers for each {done|refused|gone, status before, queue, jobs that wait for it}.
-- Whoever runs one of them no longer owns it: its result is dropped.
local answers = {}
for index = 4, #ARGV do
  local id = ARGV[index]
  local status, origin = look_up(id)
  if not status then
    answers[#answers + 1] = { 'gone', '', '', 0 }
  elseif status == 'canceled' then
    answers[#answers + 1] = { 'refused', status, origin, 0 }
  else
    withdraw(id, status, origin)
    redis.call('HSET', job_key(id), 'status', 'canceled')
    redis.call('ZADD', rq .. ':canceled:' .. origin, now, id)
    leave_limit(id, rate_limit(id))
    answers[#answers + 1] = { 'done', status, origin, waiting_for(id) }
  end
end
return answers
