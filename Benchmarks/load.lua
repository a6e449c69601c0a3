-- One case for wrk, out of the environment: METHOD, TARGET (* becomes a number from 1 to NUMBERS), BODY (a file, or nothing) and
-- HEADERS (lines of "name: value"). Prints one line of JSON at the end; wrk's own latencies are in microseconds.
local target, body = os.getenv("TARGET"), os.getenv("BODY")
wrk.method = os.getenv("METHOD")
wrk.path = target
for name, value in os.getenv("HEADERS"):gmatch("([^\n:]+): ([^\n]+)") do wrk.headers[name] = value end
if body ~= "" then wrk.body = assert(io.open(body, "rb")):read("*a") end

local before, after = target:match("^(.*)%*(.*)$")
if before then
    local count, requests = tonumber(os.getenv("NUMBERS")), {}
    function init()
        for n = 1, count do requests[n] = wrk.format(nil, before .. string.format("%012d", n) .. after) end
    end
    function request() return requests[math.random(count)] end
end

function done(summary, latency)
    local errors = summary.errors
    print(string.format('{"requests": %d, "seconds": %f, "p50": %f, "p99": %f, "refused": %d, "broken": %d}',
        summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
        errors.status, errors.connect + errors.read + errors.write + errors.timeout))
end
