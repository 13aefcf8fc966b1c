-- Enters a new incarnation into RQ's lists and ours. ARGV: 4 node, 5 boot id, 6 pid namespace, 7 pid, 8 start time,
-- 9 version, 10 runtime, 11 address, 12.. queues.
local key, own_key = rq .. ':worker:' .. worker, own .. ':worker:' .. worker
local queues = {}
for index = 12, #ARGV do
  queues[#queues + 1] = ARGV[index]
  redis.call('SADD', rq .. ':workers:' .. ARGV[index], key)
end
redis.call('DEL', key)
redis.call('HSET', key, 'birth', stamp, 'last_heartbeat', stamp, 'queues', table.concat(queues, ','), 'pid', ARGV[7],
  'hostname', ARGV[4], 'ip_address', ARGV[11], 'version', ARGV[9], 'python_version', ARGV[10], 'state', 'started')
redis.call('EXPIRE', key, 480)
redis.call('SADD', rq .. ':workers', key)
redis.call('HSET', own_key, 'node', ARGV[4], 'boot_id', ARGV[5], 'pid_namespace', ARGV[6], 'pid', ARGV[7],
  'start_time', ARGV[8], 'queues', table.concat(queues, ','), 'version', ARGV[9], 'born', stamp)
redis.call('SADD', own .. ':workers', worker)
redis.call('SET', own .. ':alive:' .. worker, now_float, 'PX', 15000)
return 'OK'
