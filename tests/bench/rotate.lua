-- Pages in random order: BENCH_KIND is "product" or "category", BENCH_SPREAD how many there are.
local kind = os.getenv("BENCH_KIND")
local spread = tonumber(os.getenv("BENCH_SPREAD"))

function init(args)
  math.randomseed(os.time())
end

function request()
  local number = math.random(0, spread - 1)
  if kind == "product" then
    return wrk.format("GET", string.format("/p/bench-%d/", number))
  end
  return wrk.format("GET", string.format("/c/top%d/sub%d/leaf%d/", math.floor(number / 25), math.floor(number / 5), number))
end
