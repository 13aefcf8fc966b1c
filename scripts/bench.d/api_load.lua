-- What wrk sends: a document of 10 KB with a URL of its own in each request. Environment: BENCH_SECRET.
local thread_number = 0
function setup(thread)
  thread:set('number', thread_number)
  thread_number = thread_number + 1
end

function init()
  local words = 'the moon pulls the sea twice a day, and the harbour master writes it down. '
  text = string.rep(words, math.floor(10000 / #words))
  sent = 0
  headers = { ['Content-Type'] = 'application/json', ['Authorization'] = 'Bearer ' .. os.getenv('BENCH_SECRET') }
end

function request()
  sent = sent + 1
  local url = 'https://example.org/bench/' .. number .. '/' .. sent
  return wrk.format('POST', '/api/index', headers, '{"url":"' .. url .. '","content":"' .. text .. '"}')
end

-- Units: latencies in microseconds.
function done(summary, latency)
  io.write(string.format(
    'BENCH {"requests":%d,"microseconds":%d,"p50":%d,"p99":%d,"max":%d,"status":%d,"connect":%d,"read":%d,"write":%d,"timeout":%d}\n',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99), latency.max,
    summary.errors.status, summary.errors.connect, summary.errors.read, summary.errors.write, summary.errors.timeout))
end
