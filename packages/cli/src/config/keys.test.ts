import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { configKeys, describeType, type LeafSchema, parseText } from './keys.ts';
import { sondeConfig } from './schema.ts';

describe('keys of a schema', () => {
  const schema = z.object({
    spool: z.object({ maxBytes: z.int().default(3).describe('bytes') }).prefault({}),
    token: z.string().optional().meta({ secret: true }),
  });

  test('each leaf has three names and its JSON Schema', () => {
    expect(configKeys(schema)).toMatchObject([
      {
        path: 'spool.maxBytes',
        environment: 'SONDE_SPOOL_MAX_BYTES',
        flag: 'spool-max-bytes',
        schema: { type: 'integer', default: 3, description: 'bytes' },
      },
      { path: 'token', environment: 'SONDE_TOKEN', flag: 'token', schema: { type: 'string', secret: true } },
    ]);
  });

  test('every key of Sonde says what it is for, and no two share a name', () => {
    const keys = configKeys(sondeConfig);
    expect(keys.filter(({ schema: { description } }) => !description).map(({ path }) => path)).toEqual([]);
    expect(new Set(keys.map(({ environment }) => environment)).size).toBe(keys.length);
  });
});

test.each<[LeafSchema, string]>([
  [{ type: 'integer', minimum: 1, maximum: 9 }, 'whole number from 1 to 9'],
  [{ type: 'integer', exclusiveMinimum: 0, maximum: Number.MAX_SAFE_INTEGER }, 'whole number from 1'],
  [{ type: 'number' }, 'number'],
  [{ type: 'boolean' }, 'true or false'],
  [{ type: 'array', items: { type: 'string' } }, 'list of text'],
  [{ type: 'array', items: { type: 'object' } }, 'list of objects'],
  [{ type: 'string', enum: ['a', 'b'] }, 'one of a, b'],
  [{ type: 'string', format: 'uri' }, 'URL'],
  [{ type: ['string', 'null'] }, 'text or null'],
])('%j is described as %s', (schema, words) => {
  expect(describeType(schema)).toBe(words);
});

test.each<[string, LeafSchema, unknown]>([
  ['12', { type: 'integer' }, 12],
  ['-1.5', { type: 'number' }, -1.5],
  ['12x', { type: 'integer' }, '12x'],
  ['12', { type: 'string' }, '12'],
  ['true', { type: 'boolean' }, true],
  ['yes', { type: 'boolean' }, 'yes'],
  ['a, b,', { type: 'array', items: { type: 'string' } }, ['a', 'b']],
  ['', { type: 'array', items: { type: 'string' } }, []],
  ['[{"a":[1]}]', { type: 'array', items: { type: 'object' } }, [{ a: [1] }]],
  ['a, b', { type: 'array', items: { type: 'object' } }, 'a, b'],
  ['null', { type: ['string', 'null'] }, null],
])('the text %j as %j is %j', (text, schema, value) => {
  expect(parseText(text, schema)).toEqual(value);
});
