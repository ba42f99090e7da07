-- One signed body, again and again. Prints what came of it as a line of JSON.

local threads = 0

function setup(thread)
  threads = threads + 1
  thread:set("number", threads)
end

-- Arguments: the file with the body, its signature; and where it is to be told when each answer came,
-- the path of a file, to which the thread's number is added.
function init(arguments)
  local file = assert(io.open(arguments[1], "rb"))
  wrk.method = "POST"
  wrk.body = file:read("*a")
  wrk.headers["Content-Type"] = "application/json"
  wrk.headers["X-Hub-Signature-256"] = arguments[2]
  file:close()
  if arguments[3] then response = noting(arguments[3] .. "." .. number) end
end

-- Writes a line for each delivery that was accepted: nanoseconds since 1970, and its id.
function noting(path)
  local file = assert(io.open(path, "w"))
  local ffi = require("ffi")
  ffi.cdef("typedef struct { long seconds, nanoseconds; } moment; int clock_gettime(int, moment *);")
  local now = ffi.new("moment")
  return function(status, _, body)
    ffi.C.clock_gettime(0, now)
    if status ~= 200 then return end
    local id = body:match('"id":"([%x-]+)"') or ""
    file:write(string.format("%d%09d %s\n", tonumber(now.seconds), tonumber(now.nanoseconds), id))
  end
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '{"good":%d,"refused":%d,"broken":%d,"p50":%d,"p99":%d}\n',
    summary.requests - errors.status, errors.status,
    errors.connect + errors.read + errors.write + errors.timeout,
    latency:percentile(50), latency:percentile(99)))
end
