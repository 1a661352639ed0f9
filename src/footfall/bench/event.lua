-- Single events of about 600 bytes, made before the load begins.
local POOL = 100000
local NAMES = 20
local requests = {}
local sent = 0

function init(arguments)
  math.randomseed(1)
  local headers = { ["api-key"] = os.getenv("API_KEY"), ["content-type"] = "application/json" }
  for number = 1, POOL do
    local body = string.format(
      '{"event_name":"event_%d","event_date":"2026-%02d-%02dT20:59:23.%03dZ",'
        .. '"identifiers":{"email_id":"contact%d@example.com"},'
        .. '"contact_properties":{"AGE":%d,"GENDER":"FEMALE"},'
        .. '"event_properties":{"video_title":"Title %d","description":"Create your free account today!",'
        .. '"duration":%d,"autoplayed":false,"upload_date":"2023-11-24T12:09:10+01:00",'
        .. '"cart":{"items":[{"sku":"s%d","price":%.2f,"quantity":%d},{"sku":"s%d","price":%.2f,"quantity":1}],'
        .. '"total":%.2f},"referrer":"https://www.example.com/watch/%d"}}',
      math.random(NAMES), math.random(12), math.random(28), math.random(0, 999),
      number, math.random(18, 90), math.random(1000), math.random(1000), math.random(1000),
      math.random() * 100, math.random(9), math.random(1000), math.random() * 100,
      math.random() * 300, math.random(1000000)
    )
    requests[number] = wrk.format("POST", "/v3/events", headers, body)
  end
end

function request()
  sent = sent % POOL + 1
  return requests[sent]
end
