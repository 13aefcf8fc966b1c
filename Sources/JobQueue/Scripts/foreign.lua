-- Is a worker registered for one of these queues that is none of Pulse's? ARGV: 4.. queues. Answers 0 or 1.
-- Of Pulse's, of whatever fleet, `python_version` says Swift. What RQ's set still names may be gone.
for index = 4, #ARGV do
  for _, key in ipairs(redis.call('SMEMBERS', rq .. ':workers:' .. ARGV[index])) do
    local runtime = redis.pcall('HGET', key, 'python_version')
    local is_there = type(runtime) == 'string' or redis.call('EXISTS', key) == 1
    if is_there and not (type(runtime) == 'string' and string.sub(runtime, 1, 5) == 'Swift') then return 1 end
  end
end
return 0
