-- Announces the end (ARGV 4 = 1) or takes it back (0): claims take nothing, and what dies from now on is no crash.
local own_key, key = own .. ':worker:' .. worker, rq .. ':worker:' .. worker
if redis.call('EXISTS', own_key) == 0 then return 0 end
if ARGV[4] == '1' then
  redis.call('HSET', own_key, 'stopping', '1')
  redis.call('HSET', key, 'shutdown_requested_date', stamp)
else
  redis.call('HDEL', own_key, 'stopping')
  redis.call('HDEL', key, 'shutdown_requested_date')
end
return 1
