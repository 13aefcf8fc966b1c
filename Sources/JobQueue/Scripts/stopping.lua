-- Announces the end: claims take nothing, and what dies from now on is no crash.
local own_key = own .. ':worker:' .. worker
if redis.call('EXISTS', own_key) == 0 then return 0 end
redis.call('HSET', own_key, 'stopping', '1')
redis.call('HSET', rq .. ':worker:' .. worker, 'shutdown_requested_date', stamp)
return 1
