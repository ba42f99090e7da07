-- One signed body, again and again. Prints what came of it as a line of JSON.

-- Arguments: the file with the body, its signature.
function init(arguments)
  local file = assert(io.open(arguments[1], "rb"))
  wrk.method = "POST"
  wrk.body = file:read("*a")
  wrk.headers["Content-Type"] = "application/json"
  wrk.headers["X-Hub-Signature-256"] = arguments[2]
  file:close()
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '{"good":%d,"refused":%d,"broken":%d,"p50":%d,"p99":%d}\n',
    summary.requests - errors.status, errors.status,
    errors.connect + errors.read + errors.write + errors.timeout,
    latency:percentile(50), latency:percentile(99)))
end
