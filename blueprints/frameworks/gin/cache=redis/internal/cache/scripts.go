package cache

import "github.com/redis/go-redis/v9"

// What Redis does in one step.
//
// Each table has a generation, a random word in the hash KEYS[2], and a sorted set of the commits
// under way, KEYS[3] and on: their members are marks, each with the moment until which it counts.
// What is kept, KEYS[1], begins with the generations that all its tables had before they were read,
// and counts while they have them. `*` is the generation of all tables together.
//
// A generation that is not there is made: after Redis has thrown some keys away, nothing that it
// still has fits any more.
//
//nolint:dupword // blocks of Lua end one after another
var (
	// ARGV: a new word, whether all generations end with it, `*` and the tables.
	//
	// Gives the generations and what is kept; nothing while a commit is under way.
	look = redis.NewScript(`
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
for i = 3, #KEYS do
  if redis.call('ZCOUNT', KEYS[i], now, '+inf') > 0 then return false end
end
if ARGV[2] == '1' then redis.call('HSET', KEYS[2], '*', ARGV[1]) end
local generations = {}
for i = 3, #ARGV do
  redis.call('HSETNX', KEYS[2], ARGV[i], ARGV[1])
  generations[#generations + 1] = redis.call('HGET', KEYS[2], ARGV[i])
end
local stamp = table.concat(generations, ' ') .. '\n'
local kept = redis.call('GET', KEYS[1])
if kept and string.sub(kept, 1, #stamp) == stamp then
  return {stamp, string.sub(kept, #stamp + 1)}
end
return {stamp}
`)

	// ARGV: the generations before the tables were read, what was read, how many seconds it counts.
	store = redis.NewScript(`
return redis.call('SET', KEYS[1], ARGV[1] .. ARGV[2], 'EX', ARGV[3])
`)

	// ARGV: a mark, how many milliseconds it counts, the tables. Before a commit.
	begin = redis.NewScript(`
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
for i = 3, #KEYS do
  redis.call('ZREMRANGEBYSCORE', KEYS[i], '-inf', now)
  redis.call('ZADD', KEYS[i], now + ARGV[2], ARGV[1])
  redis.call('PEXPIRE', KEYS[i], ARGV[2])
  redis.call('HSET', KEYS[2], ARGV[i], ARGV[1])
end
return 1
`)

	// ARGV: the mark, a new word, the tables. After the commit.
	//
	// New generations once more, for a commit that has taken longer than its mark counts.
	end = redis.NewScript(`
for i = 3, #KEYS do
  redis.call('ZREM', KEYS[i], ARGV[1])
  redis.call('HSET', KEYS[2], ARGV[i], ARGV[2])
end
return 1
`)

	// KEYS: whom the request counts for.
	//
	// Gives how many there were in this minute, and the seconds left of it. A minute is Redis', so
	// that processes with other clocks agree.
	count = redis.NewScript(`
local now = tonumber(redis.call('TIME')[1])
local left = 60 - now % 60
local count = redis.call('INCR', KEYS[1])
if count == 1 then redis.call('PEXPIREAT', KEYS[1], (now + left) * 1000 - 1) end
return {count, left}
`)
)
