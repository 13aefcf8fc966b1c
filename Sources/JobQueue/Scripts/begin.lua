-- Lets claimed jobs run, each when all of its documents can be leased to it; the others are held, and no crash counts
-- against them. ARGV: 4.. job, execution, how many documents, their identities; job after job.
-- Answers for each 1 runs, 0 waits for another job's lease, -1 is no longer ours.
local answers = {}

local function free(key, holder)
  local entry = redis.call('GET', key)
  if not entry or entry == holder then return true end
  local name, id, execution = string.match(entry, '^(.-)|(.*):(%x+)$')
  return not name or redis.call('HEXISTS', own .. ':leases:' .. name, id .. ':' .. execution) == 0
end

local function begin(id, execution, documents)
  local _, _, queue = parse_entry(redis.call('HGET', inflight_key, id))
  if not owns(worker, id, execution) then
    drop_execution(worker, id, execution, origin_of_execution(id, execution, queue))
    return -1
  end
  local member = id .. ':' .. execution
  local holder = worker .. '|' .. member
  local keys, granted = {}, true
  for _, document in ipairs(documents) do
    local key = lease_key(document)
    keys[#keys + 1] = key
    if not free(key, holder) then granted = false end
  end
  redis.call('HSET', inflight_key, id, execution .. (granted and '|r|' or '|h|') .. queue)
  if not granted then return 0 end
  if #keys > 0 then
    -- It outlives no execution, so this only bounds what is left when keys of a job are deleted by hand.
    local lifetime = math.max(redis.call('TTL', rq .. ':execution:' .. member), 90)
    for _, key in ipairs(keys) do redis.call('SET', key, holder, 'EX', lifetime) end
    redis.call('HSET', own .. ':leases:' .. worker, member, table.concat(keys, ' '))
  end
  return 1
end

local index = 4
while index <= #ARGV do
  local documents = {}
  for offset = 1, tonumber(ARGV[index + 2]) do documents[offset] = ARGV[index + 2 + offset] end
  answers[#answers + 1] = begin(ARGV[index], ARGV[index + 1], documents)
  index = index + 3 + #documents
end
return answers
