import { expect, test } from 'vitest';
import { serverConfig } from './config.ts';

const shards = ['http://a:4318', 'http://b:4318'];
const store = { url: 'http://clickhouse:8123' };

test.each([
  ['', { linker: { shards, self: shards[0] }, store }],
  ['store.url', { linker: { shards, self: shards[0] } }],
  ['linker.self', { linker: { shards }, store }],
  ['linker.self', { linker: { shards, self: 'http://c:4318' }, store }],
  ['linker.shards', { linker: { shards: [...shards, 'http://a:4318/'], self: shards[0] }, store }],
  ['sampling.enabled', { linker: { engine: 'clickhouse' }, sampling: { enabled: true } }],
])('keys that need another: %s', (key, config) => {
  const paths = serverConfig.safeParse(config).error?.issues.map(({ path }) => path.join('.')) ?? [];
  expect(paths).toEqual(key === '' ? [] : [key]);
});
