-- A whole guest checkout over the API, again and again: cart, line, address, shipping method, order;
-- with BENCH_CALLS=2 the first four are one call.
local step, cart, number = 0, nil, 0
local sku = os.getenv("BENCH_SKU_PREFIX")
local spread = tonumber(os.getenv("BENCH_SPREAD") or "1000")
local is_whole = os.getenv("BENCH_CALLS") == "2"
local json = { ["Content-Type"] = "application/json" }
local address = '{"email":"bench@example.com","first_name":"Ute","last_name":"Koch","line1":"Hauptstr. 5","city":"Berlin","postal_code":"10115","country":"DE"}'
local thread_count = 0
local threads = {}

function setup(thread)
  thread_count = thread_count + 1
  thread:set("id", thread_count)
  table.insert(threads, thread)
end

function init(args)
  math.randomseed(os.time() * 100 + id)
  orders, failures = 0, 0
end

function choose_line()
  local article = string.format("%s%06d-%d", sku, math.random(0, spread - 1), math.random(0, 2))
  return '{"sku":"' .. article .. '","quantity":1}'
end

function request()
  if step == 0 and is_whole then
    local whole = '{"lines":[' .. choose_line() .. '],"address":' .. address .. ',"shipping_method":"standard"}'
    return wrk.format("POST", "/api/v1/carts/", json, whole)
  elseif step == 0 then
    return wrk.format("POST", "/api/v1/carts/", json, "{}")
  elseif step == 1 then
    return wrk.format("POST", "/api/v1/carts/" .. cart .. "/lines/", json, choose_line())
  elseif step == 2 then
    return wrk.format("PUT", "/api/v1/carts/" .. cart .. "/address/", json, address)
  elseif step == 3 then
    return wrk.format("PUT", "/api/v1/carts/" .. cart .. "/shipping-method/", json, '{"code":"standard"}')
  end
  number = number + 1
  local headers = { ["Content-Type"] = "application/json", ["Idempotency-Key"] = "bench-" .. id .. "-" .. number .. "-" .. cart }
  return wrk.format("POST", "/api/v1/carts/" .. cart .. "/checkout/", headers, "{}")
end

function response(status, headers, body)
  if status >= 400 then
    failures = failures + 1
    if failures < 3 then io.stderr:write(step .. " " .. status .. " " .. body .. "\n") end
    step = 0
    return
  end
  if step == 0 then
    cart = string.match(body, '"id":"([^"]+)"')
  end
  if step == 4 then
    orders = orders + 1
  end
  step = (is_whole and step == 0) and 4 or (step + 1) % 5
end

function done(summary, latency, requests)
  local total, failed = 0, 0
  for _, thread in ipairs(threads) do
    total = total + thread:get("orders")
    failed = failed + thread:get("failures")
  end
  io.write(string.format("orders=%d failures=%d seconds=%.3f\n", total, failed, summary.duration / 1000000))
end
