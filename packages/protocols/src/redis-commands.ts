import { EMPTY, type SymbolId, symbols } from './symbols.ts';

/** What of a Redis command's arguments is read (https://redis.io/docs/latest/commands/). */
export const NO_KEY = 0;
/** The first argument is a key (or a channel). */
export const FIRST = 1;
/** The first argument is a subcommand, named in the statement; the key, if any, comes after it. */
export const CONTAINER = 2;
export const CONTAINER_KEY = 3;
/** `EVAL script numkeys key…` */
export const SCRIPT = 4;
export const SUBSCRIBE = 5;
export const UNSUBSCRIBE = 6;
export const HELLO = 7;
export const CLIENT = 8;
export const REPLICATE = 9;
export const REPLCONF = 10;
/** `BITOP operation key…`, `ZUNION numkeys key…` */
export const SECOND = 11;
/** Not a command of Redis itself: where it is a module's (`FT.SEARCH`, told by the dot), the first argument is a key. */
export const UNKNOWN = 12;

const KEYED = `GET SET SETNX SETEX PSETEX GETSET GETDEL GETEX APPEND STRLEN INCR DECR INCRBY DECRBY INCRBYFLOAT GETRANGE
SETRANGE SUBSTR MGET MSET MSETNX MSETEX LCS DEL UNLINK EXISTS EXPIRE EXPIREAT PEXPIRE PEXPIREAT EXPIRETIME PEXPIRETIME TTL
PTTL PERSIST TYPE TOUCH RENAME RENAMENX COPY DUMP RESTORE RESTORE-ASKING MOVE SORT SORT_RO HSET HGET HMSET HMGET HGETALL HDEL
HEXISTS HINCRBY HINCRBYFLOAT HKEYS HVALS HLEN HSTRLEN HSETNX HSCAN HRANDFIELD HEXPIRE HPEXPIRE HEXPIREAT HPEXPIREAT HTTL
HPTTL HPERSIST HEXPIRETIME HPEXPIRETIME HGETDEL HGETEX HSETEX LPUSH RPUSH LPUSHX RPUSHX LPOP RPOP LLEN LINDEX LSET LRANGE
LTRIM LREM LINSERT LPOS LMOVE RPOPLPUSH BLPOP BRPOP BLMOVE BRPOPLPUSH SADD SREM SMEMBERS SISMEMBER SMISMEMBER SCARD SPOP
SRANDMEMBER SMOVE SINTER SINTERSTORE SUNION SUNIONSTORE SDIFF SDIFFSTORE SSCAN ZADD ZREM ZSCORE ZMSCORE ZINCRBY ZCARD
ZCOUNT ZLEXCOUNT ZRANGE ZRANGESTORE ZREVRANGE ZRANGEBYSCORE ZREVRANGEBYSCORE ZRANGEBYLEX ZREVRANGEBYLEX ZRANK ZREVRANK
ZREMRANGEBYRANK ZREMRANGEBYSCORE ZREMRANGEBYLEX ZPOPMIN ZPOPMAX BZPOPMIN BZPOPMAX ZUNIONSTORE ZINTERSTORE ZDIFFSTORE ZSCAN
ZRANDMEMBER SETBIT GETBIT BITCOUNT BITPOS BITFIELD BITFIELD_RO PFADD PFCOUNT PFMERGE GEOADD GEODIST GEOHASH GEOPOS GEORADIUS
GEORADIUS_RO GEORADIUSBYMEMBER GEORADIUSBYMEMBER_RO GEOSEARCH GEOSEARCHSTORE XADD XLEN XRANGE XREVRANGE XDEL XTRIM XACK
XPENDING XCLAIM XAUTOCLAIM XSETID XACKDEL XDELEX WATCH PUBLISH SPUBLISH VADD VSIM VREM VCARD VDIM VEMB VGETATTR VINFO
VLINKS VRANDMEMBER VSETATTR`;

const KEYLESS = `PING ECHO AUTH SELECT QUIT MULTI EXEC DISCARD UNWATCH INFO DBSIZE FLUSHDB FLUSHALL KEYS SCAN RANDOMKEY TIME SAVE
BGSAVE BGREWRITEAOF LASTSAVE SHUTDOWN SLAVEOF REPLICAOF ROLE WAIT WAITAOF MONITOR SWAPDB LOLWUT READONLY READWRITE ASKING
RESET FAILOVER MIGRATE XREAD XREADGROUP PFSELFTEST PFDEBUG`;

const OTHERS: readonly (readonly [number, string])[] = [
  [CONTAINER, 'CONFIG CLUSTER ACL SCRIPT FUNCTION COMMAND PUBSUB LATENCY MODULE SLOWLOG DEBUG SENTINEL'],
  [CONTAINER_KEY, 'OBJECT XINFO XGROUP MEMORY'],
  [SCRIPT, 'EVAL EVALSHA EVAL_RO EVALSHA_RO FCALL FCALL_RO'],
  [SUBSCRIBE, 'SUBSCRIBE PSUBSCRIBE SSUBSCRIBE'],
  [UNSUBSCRIBE, 'UNSUBSCRIBE PUNSUBSCRIBE SUNSUBSCRIBE'],
  [SECOND, 'BITOP LMPOP ZMPOP SINTERCARD ZUNION ZINTER ZDIFF ZINTERCARD'],
  [HELLO, 'HELLO'],
  [CLIENT, 'CLIENT'],
  [REPLICATE, 'SYNC PSYNC'],
  [REPLCONF, 'REPLCONF'],
];

const MAX_NAME = 32;
const KINDS = new Map<string, number>();
for (const [kind, names] of [[FIRST, KEYED], [NO_KEY, KEYLESS], ...OTHERS] as const)
  for (const name of names.split(/\s+/)) KINDS.set(name, kind);

const kinds = new Uint8Array(1 << 16).fill(UNKNOWN);
for (const [name, kind] of KINDS) kinds[symbols.ofText(name)] = kind;

const scratch = new Uint8Array(MAX_NAME);

/** The symbol of a command's name, in upper case; EMPTY where it is no word a command could have. */
export function commandName(bytes: Uint8Array, start: number, end: number): SymbolId {
  if (!isName(bytes, start, end)) return EMPTY;
  for (let i = start; i < end; i++) scratch[i - start] = upper(bytes[i]);
  return symbols.of(scratch, 0, end - start);
}

/** The kind of a command's name, without keeping the name. */
export function kindOf(bytes: Uint8Array, start: number, end: number): number {
  if (end - start > MAX_NAME) return UNKNOWN;
  return KINDS.get(String.fromCharCode(...bytes.subarray(start, end)).toUpperCase()) ?? UNKNOWN;
}

/** Whether these bytes could be a command's name. */
export function isName(bytes: Uint8Array, start: number, end: number): boolean {
  if (end <= start || end - start > MAX_NAME) return false;
  for (let i = start; i < end; i++) {
    const byte = upper(bytes[i]);
    if (byte >= 0x41 && byte <= 0x5a) continue;
    if (i === start || !((byte >= 0x30 && byte <= 0x39) || byte === 0x2e || byte === 0x2d || byte === 0x5f))
      return false;
  }
  return true;
}

export function commandKind(name: SymbolId): number {
  return kinds[name];
}

const statements = new Uint8Array(2 * MAX_NAME + 1);

/** `CLIENT SETINFO`: a container command with its subcommand. */
export function subcommand(bytes: Uint8Array, nameAt: number, nameEnd: number, at: number, end: number): SymbolId {
  if (commandName(bytes, at, end) === EMPTY || nameEnd - nameAt > MAX_NAME) return EMPTY;
  let out = 0;
  for (let i = nameAt; i < nameEnd; i++) statements[out++] = upper(bytes[i]);
  statements[out++] = 0x20;
  for (let i = at; i < end; i++) statements[out++] = upper(bytes[i]);
  return symbols.of(statements, 0, out);
}

function upper(byte: number): number {
  return byte >= 0x61 && byte <= 0x7a ? byte - 0x20 : byte;
}
