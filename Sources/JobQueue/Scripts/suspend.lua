-- RQ: suspend and resume. ARGV: 4 pause|resume, 5 for how many milliseconds ('' = until somebody resumes).
-- Answers {whether it was paused, how many milliseconds of that were left (-1 = no end)}.
local key = rq .. ':suspended'
local before = { redis.call('EXISTS', key), redis.call('PTTL', key) }
if ARGV[4] == 'resume' then
  redis.call('DEL', key)
elseif ARGV[5] == '' then
  redis.call('SET', key, 1)
else
  redis.call('SET', key, 1, 'PX', ARGV[5])
end
return before
