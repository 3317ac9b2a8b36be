--[[
Makes a dead letter of a message that a get has removed and cannot hand out: gone -> dead.
KEYS    1 dead ZSET, 2 letters HASH, 3 meta HASH
ARGV    1 letter id, 2 letter, 3 another total to count it in; may be left out
Returns {id of the letter}
Cost    8 commands, 2 more with another total
--]]
--@include now
--@include letter
-- A removing no-op comes first: a Redis that is full takes the letter, as the get that removed
-- the message made room for it.
redis.call('ZREM', KEYS[1], '')
return { letter(KEYS[1], KEYS[2], KEYS[3], ARGV[1], ARGV[2], ARGV[3]) }
