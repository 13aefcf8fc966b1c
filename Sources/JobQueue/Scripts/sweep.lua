-- Reads the inboxes of those who left 10 s ago once more. Answers how many jobs were still there.
local moved = 0
for _, entry in ipairs(redis.call('ZRANGEBYSCORE', own .. ':departed', '-inf', now - 10)) do
  local name, queue = string.match(entry, '^([^|]*)|(.*)$')
  if name then moved = moved + empty_inbox(name, queue) end
  redis.call('ZREM', own .. ':departed', entry)
end
return moved
