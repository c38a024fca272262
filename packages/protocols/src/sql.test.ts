import { describe, expect, it } from 'vitest';
import { readSql, sql, TRACEPARENT } from './sql.ts';
import { dialects } from './sql-dialect.ts';
import { symbols } from './symbols.ts';

const encoder = new TextEncoder();

function read(text: string, dialect: keyof typeof dialects = 'pgsql') {
  const bytes = encoder.encode(text);
  readSql(bytes, 0, bytes.length, dialects[dialect]);
  return {
    operation: symbols.text(sql.operation),
    target: symbols.text(sql.target),
    statement: symbols.text(sql.statement),
    traceparent: sql.traceparent < 0 ? '' : text.slice(sql.traceparent, sql.traceparent + TRACEPARENT),
  };
}

const statement = (text: string, dialect: keyof typeof dialects = 'pgsql') => read(text, dialect).statement;

describe('statement', () => {
  it.each([
    ["SELECT * FROM t WHERE a=1 AND b = 'it''s' AND c=-2.5e-3", 'SELECT * FROM t WHERE a = ? AND b = ? AND c = ?'],
    ['SELECT  a ,b\n\tFROM  t -- secret 1\n WHERE a = $1 /* 2 */ ;', 'SELECT a, b FROM t WHERE a = ?'],
    ['SELECT a-1, b -1, t1.c2 FROM t1', 'SELECT a - ?, b - ?, t1.c2 FROM t1'],
    ['select count(*) from t limit -1', 'select count(*) from t limit ?'],
    ["SELECT E'a\\'b', N'x', $$it's$$, $q$ $$ $q$, U&'x' FROM t", 'SELECT ?, ?, ?, ?, ? FROM t'],
    ["SELECT 'a'::text, x::int, 1::bigint", 'SELECT ?::text, x::int, ?::bigint'],
    ["SELECT a->>'k', b@>'{}', a||b", 'SELECT a ->> ?, b @> ?, a || b'],
    ['SELECT ARRAY[1,2,3], x[1] FROM t', 'SELECT ARRAY[?], x[?] FROM t'],
    ['SELECT "Weird Name"."c" FROM "S"."T"', 'SELECT "Weird Name"."c" FROM "S"."T"'],
    [
      'UPDATE t SET a = NULL, b = true WHERE c IS NULL AND d IS NOT NULL',
      'UPDATE t SET a = ?, b = ? WHERE c IS NULL AND d IS NOT NULL',
    ],
    ['SELECT 1;SELECT 2;', 'SELECT ?; SELECT ?'],
    ['SELECT 0x1F, .5, 1., 1e+5', 'SELECT ?, ?, ?, ?'],
    ["SELECT 'open", 'SELECT ?'],
    ['', ''],
  ])('%s', (text, wanted) => expect(statement(text)).toBe(wanted));

  it.each([
    ['SELECT "a\\"b", `x`.`y` FROM `d`.`t` # secret', 'SELECT ?, `x`.`y` FROM `d`.`t`'],
    ["SELECT _utf8'x', 'a\\'b', 1--1 FROM t -- c", 'SELECT ?, ?, ? - ? FROM t'],
    ["/*!40101 SET NAMES 'utf8' */", 'SET NAMES ?'],
    ['SELECT @@version, @a := 5', 'SELECT @@version, @a := ?'],
  ])('MySQL: %s', (text, wanted) => expect(statement(text, 'mysql')).toBe(wanted));

  it('T-SQL: names in brackets', () => {
    expect(read("SELECT [a b] FROM [dbo].[T] WHERE x=N'y'", 'tsql')).toMatchObject({
      target: 'dbo.T',
      statement: 'SELECT [a b] FROM [dbo].[T] WHERE x = ?',
    });
  });

  it('lists of values of every length are one shape', () => {
    const shapes = ['(1)', '(1,2)', "( 'a' , $2,\n3 )", '(?,?,?,?)', `(${'1234567890,'.repeat(500)}1)`];
    expect(new Set(shapes.map((list) => statement(`SELECT a FROM t WHERE b IN ${list} AND c=1`)))).toEqual(
      new Set(['SELECT a FROM t WHERE b IN (?) AND c = ?']),
    );
    expect(statement('SELECT 1 WHERE (a,b) in((1,2),(3,4),(5,6)) AND c')).toBe(
      'SELECT ? WHERE (a, b) in ((?, ?)) AND c',
    );
    expect(statement('SELECT 1 WHERE a IN (SELECT b FROM u WHERE c IN (1,2))')).toBe(
      'SELECT ? WHERE a IN (SELECT b FROM u WHERE c IN (?))',
    );
  });

  it('rows of values of every number are one shape', () => {
    const row = "(1, 'x', NULL, now())";
    const shapes = [1, 2, 50].map((n) =>
      statement(`INSERT INTO t (a,b,c,d) VALUES ${Array(n).fill(row).join(', ')} ON CONFLICT (a) DO UPDATE SET b=2`),
    );
    expect(new Set(shapes)).toEqual(
      new Set(['INSERT INTO t (a, b, c, d) VALUES (?, ?, ?, now()) ON CONFLICT (a) DO UPDATE SET b = ?']),
    );
    expect(statement('INSERT INTO t VALUES(1,2),(3,4) ON DUPLICATE KEY UPDATE a=VALUES(a),b=VALUES(b)', 'mysql')).toBe(
      'INSERT INTO t VALUES (?, ?) ON DUPLICATE KEY UPDATE a = VALUES (a), b = VALUES (b)',
    );
  });

  it('keeps no literal, wherever the text is cut', () => {
    const text = "INSERT INTO t(a,b) VALUES ('secret', 31337), (E'sec\\'ret', $$secret$$) /* secret */ RETURNING a";
    for (let i = 0; i <= text.length; i++) expect(statement(text.slice(0, i))).not.toMatch(/secret|31337|sec'/);
  });

  it('a list that is cut off has the shape of a whole one', () => {
    for (const cut of ['1', '1,', "1, 'abc", '1,2,3'])
      expect(statement(`SELECT a FROM t WHERE b IN (${cut}`)).toBe('SELECT a FROM t WHERE b IN (?)');
    expect(statement('SELECT ARRAY[1,2')).toBe('SELECT ARRAY[?]');
  });

  it('is bounded', () => {
    const found = read(`SELECT ${'column_name, '.repeat(10_000)}a FROM t`);
    expect(found.statement.length).toBeLessThanOrEqual(2000);
    expect(found.operation).toBe('SELECT');
  });
});

it('literals of every value leave the same text, however often they are read', () => {
  const texts = (n: number): string[] => [
    `SELECT a1, "b${2}" FROM t2 WHERE c=${n} AND d > ${n}.5 AND e='x${n}' AND f IN (${n},${n + 1}) LIMIT ${n}`,
    `INSERT INTO t VALUES (${n}, 'it''s ${n}', -${n}, ${n}e-${n}), (${n}, '', 0, 0)`,
    `UPDATE t SET a = 'x${n}' -- ${n}\n WHERE b = ${n}`,
    `SELECT N'${n}', x${2} FROM [t u] WHERE \`c${3}\`=${n}`,
    `SELECT '${n}\\' AS a, ${n} AS b FROM t WHERE c = '${n}'`,
  ];
  for (const dialect of ['pgsql', 'mysql', 'tsql', 'clickhouse', 'cql'] as const) {
    for (let shape = 0; shape < texts(0).length; shape++) {
      const found = new Set([1, 22, 333, 22, 1, 4].map((n) => JSON.stringify(read(texts(n)[shape], dialect))));
      expect(found.size, [...found].join('\n')).toBe(1);
      expect([...found][0]).not.toMatch(/333|22/);
    }
  }
});

describe('operation and target', () => {
  it.each([
    ['select a from public.users u join b on 1=1', 'SELECT', 'public.users'],
    ['(SELECT a FROM x) UNION (SELECT a FROM y)', 'SELECT', 'x'],
    ['WITH c AS (SELECT id FROM inner_t) UPDATE outer_t SET a=1', 'UPDATE', 'inner_t'],
    ['SELECT extract(year FROM d) FROM real_t', 'SELECT', 'real_t'],
    ['SELECT * FROM generate_series(1,2) g, (SELECT 1 FROM sub) s', 'SELECT', 'sub'],
    ['SELECT a IS DISTINCT FROM b FROM c', 'SELECT', 'c'],
    ['INSERT INTO "My Table"(a) VALUES (1)', 'INSERT', 'My Table'],
    ['INSERT INTO a SELECT * FROM b', 'INSERT', 'a'],
    ['DELETE FROM ONLY t WHERE a=1', 'DELETE', 't'],
    ['UPDATE ONLY t SET a=1', 'UPDATE', 't'],
    ['CREATE TABLE IF NOT EXISTS s.t (a int)', 'CREATE', 's.t'],
    ['CREATE UNIQUE INDEX i ON t (a)', 'CREATE', 't'],
    ['DROP TABLE IF EXISTS t', 'DROP', 't'],
    ['TRUNCATE TABLE t', 'TRUNCATE', 't'],
    ['TRUNCATE t', 'TRUNCATE', 't'],
    ['COPY t (a) FROM STDIN', 'COPY', 't'],
    ['COPY (SELECT a FROM u) TO STDOUT', 'COPY', 'u'],
    ['CALL p(1)', 'CALL', 'p'],
    ['SELECT a FROM t FOR UPDATE', 'SELECT', 't'],
    ['MERGE INTO t USING s ON a=b', 'MERGE', 't'],
    ['BEGIN', 'BEGIN', ''],
    ["SET x = 'y'", 'SET', ''],
    ['/* hint */ commit', 'COMMIT', ''],
  ])('%s', (text, operation, target) => expect(read(text)).toMatchObject({ operation, target }));
});

it('sqlcommenter: the traceparent is found, the comment is no part of the statement', () => {
  const parent = '00-5bd66ef5095369c7b0d1f8f4bd33716a-c532cb4098ac3dd2-01';
  for (let i = 0; i < 2; i++)
    expect(read(`SELECT 1 /*action='%2Fx',traceparent='${parent}',tracestate='a%3D1'*/`)).toEqual({
      operation: 'SELECT',
      target: '',
      statement: 'SELECT ?',
      traceparent: parent,
    });
  expect(read('SELECT 1').traceparent).toBe('');
});
