-- The request of wrk, from the environment; at the end one line with what is kept of a round.
wrk.method = os.getenv("METHOD")
local body, token = os.getenv("BODY"), os.getenv("TOKEN")
if body then
  wrk.body = body
  wrk.headers["Content-Type"] = "application/json"
end
if token then
  wrk.headers["Authorization"] = "Bearer " .. token
end

function done(summary, latency)
  local errors = summary.errors
  local failed = errors.status + errors.connect + errors.read + errors.write + errors.timeout
  local line = "round requests=%d microseconds=%d p95=%d failed=%d\n"
  io.write(line:format(summary.requests, summary.duration, latency:percentile(95), failed))
end
