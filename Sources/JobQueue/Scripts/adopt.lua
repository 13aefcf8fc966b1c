-- After a lost reply: the jobs this worker owns for Redis but does not know of. ARGV: 4.. ids it knows.
local known, jobs = {}, {}
for index = 4, #ARGV do known[ARGV[index]] = true end
local entries = redis.call('HGETALL', inflight_key)
for index = 1, #entries, 2 do
  local id = entries[index]
  if not known[id] then
    local execution, mark, queue = parse_entry(entries[index + 1])
    if execution and owns(worker, id, execution) then
      jobs[#jobs + 1] = describe(id, execution, mark, queue)
    else
      redis.call('HDEL', inflight_key, id)
    end
  end
end
return { 'open', unpack(jobs) }
