-- Stands before enqueue.lua when its jobs were sent before and nobody knows what became of that.
--
-- A Redis that was killed while it wrote a transaction to its append-only file truncates it, at its next start, behind the last
-- whole command (not at MULTI) and counts none of it. Yet what is whole stays in the file, and at the start after that it is run,
-- ahead of the next EXEC: also ahead of this repetition. scripts/check-queue --only cut-file tries each cut.
local again = {}

-- Its hash may be all that such a remnant brought. One that a worker has taken and not yet begun is also in no list here: it
-- then stands in the queue once more, and is passed over there. From the end, since it was pushed a moment ago.
function again.is_unlisted(key, id, list)
  return redis.call('HGET', key, 'status') == 'queued' and not redis.pcall('LPOS', list, id, 'RANK', -1)
end

-- The remnant may hold this very push: the file is to say that it is undone first. What changes nothing is not written there,
-- hence an entry to remove, which is itself not written. Here that takes no time, however long the list.
function again.undo_push(list, ids)
  if not redis.set_repl then return end
  for _, id in ipairs(ids) do
    redis.set_repl(redis.REPL_NONE)
    local entry = redis.pcall('RPUSH', list, id)
    redis.set_repl(redis.REPL_ALL)
    -- Refused, as the push will be.
    if type(entry) == 'table' then return end
    if redis.pcall('LREM', list, -1, id) ~= 1 then
      redis.set_repl(redis.REPL_NONE)
      redis.call('RPOP', list)
      redis.set_repl(redis.REPL_ALL)
    end
  end
end
