-- After a lost reply: the jobs this worker owns for Redis but does not know of. ARGV: 4.. job, execution in turn that it knows.
local known, jobs = {}, {}
for index = 4, #ARGV, 2 do known[ARGV[index] .. ':' .. ARGV[index + 1]] = true end
local entries = redis.call('HGETALL', inflight_key)
for index = 1, #entries, 2 do
  local id = entries[index]
  local execution, mark, queue = parse_entry(entries[index + 1])
  if execution and not known[id .. ':' .. execution] then
    if owns(worker, id, execution) then
      jobs[#jobs + 1] = describe(id, execution, mark, queue)
    else
      redis.call('HDEL', inflight_key, id)
    end
  end
end
return { 'open', unpack(jobs) }
