-- I live. ARGV: 4 the state to show ('' leaves what the scripts wrote). Answers 0 when others have buried this worker.
if redis.call('SISMEMBER', own .. ':workers', worker) == 0 then return 0 end
local key = rq .. ':worker:' .. worker
redis.call('SET', own .. ':alive:' .. worker, now_float, 'PX', 15000)
redis.call('HSET', key, 'last_heartbeat', stamp)
redis.call('EXPIRE', key, 480)
if ARGV[4] ~= '' then redis.call('HSET', key, 'pulse_state', ARGV[4]) end
return 1
