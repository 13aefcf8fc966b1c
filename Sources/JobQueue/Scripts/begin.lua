-- A held suspect now runs: from here on a crash counts against it. ARGV: 4 job, 5 execution.
if not owns(worker, ARGV[4], ARGV[5]) then return 0 end
local _, _, queue = parse_entry(redis.call('HGET', inflight_key, ARGV[4]))
redis.call('HSET', inflight_key, ARGV[4], ARGV[5] .. '|r|' .. queue)
return 1
