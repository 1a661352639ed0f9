-- Requests that are made before the load begins; KIND says which:
--   single  one event of about 600 bytes each, with contacts out of 100,000
--   batch   200 such events each
--   mix     single ones, of which one in a hundred breaks a rule
-- PAUSE is how many milliseconds a connection waits before its next request.
local POOL = 100000
local NAMES = 20
local BATCH = 200
local kind = os.getenv("KIND")
local pause = tonumber(os.getenv("PAUSE"))
local requests = {}
local sent = 0

local function event(number, name)
  return string.format(
    '{"event_name":"%s","event_date":"2026-%02d-%02dT20:59:23.%03dZ",'
      .. '"identifiers":{"email_id":"contact%d@example.com"},'
      .. '"contact_properties":{"AGE":%d,"GENDER":"FEMALE"},'
      .. '"event_properties":{"video_title":"Title %d","description":"Create your free account today!",'
      .. '"duration":%d,"autoplayed":false,"upload_date":"2023-11-24T12:09:10+01:00",'
      .. '"cart":{"items":[{"sku":"s%d","price":%.2f,"quantity":%d},{"sku":"s%d","price":%.2f,"quantity":1}],'
      .. '"total":%.2f},"referrer":"https://www.example.com/watch/%d"}}',
    name, math.random(12), math.random(28), math.random(0, 999),
    number, math.random(18, 90), math.random(1000), math.random(1000), math.random(1000),
    math.random() * 100, math.random(9), math.random(1000), math.random() * 100,
    math.random() * 300, math.random(1000000)
  )
end

local function name(number)
  if kind == "mix" and number % 100 == 0 then
    return "two words"
  end
  return "event_" .. math.random(NAMES)
end

local function batch(first)
  local events = {}
  for number = first, first + BATCH - 1 do
    events[#events + 1] = event(number, name(number))
  end
  return '{"events":[' .. table.concat(events, ",") .. "]}"
end

function init(arguments)
  math.randomseed(1)
  local headers = { ["api-key"] = os.getenv("API_KEY"), ["content-type"] = "application/json" }
  if kind == "batch" then
    for first = 1, POOL, BATCH do
      requests[#requests + 1] = wrk.format("POST", "/v3/events/batch", headers, batch(first))
    end
  else
    for number = 1, POOL do
      requests[number] = wrk.format("POST", "/v3/events", headers, event(number, name(number)))
    end
  end
end

function request()
  sent = sent % #requests + 1
  return requests[sent]
end

if pause > 0 then
  function delay()
    return pause
  end
end
