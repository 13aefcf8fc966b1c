-- RQ: Queue.empty, in pieces; what belongs to a deleted job alone goes with it. ARGV: 4 queue, 5 how many entries.
-- Answers {entries taken off, jobs deleted, jobs that waited for those}.
local list, most = queue_key(ARGV[4]), tonumber(ARGV[5])
local taken, deleted, waiting = 0, 0, 0
while taken < most do
  local id = redis.call('LINDEX', list, 0)
  if not id then break end
  taken = taken + 1
  -- A second entry of a job that runs: only the entry goes.
  if look_up(id) == 'started' and runs(id, ARGV[4]) then
    remove_first(list, id)
  else
    waiting = waiting + waiting_for(id)
    local limit, most = rate_limit(id)
    deleted = deleted + redis.call('DEL', job_key(id))
    redis.call('DEL', job_key(id) .. ':dependents', rq .. ':job::' .. id .. ':dependencies', rq .. ':results:' .. id)
    remove_first(list, id)
    leave_limit(id, limit, most)
  end
end
return { taken, deleted, waiting }
