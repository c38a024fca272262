import { describe, test } from 'vitest';
import { converse, expectExactly, serveNode, skipReason } from './live.ts';

const reason = skipReason();

/** What tedious sets before it does anything. */
const SETTINGS = [
  'ansi_nulls on',
  'ansi_null_dflt_on on',
  'ansi_padding on',
  'ansi_warnings on',
  'arithabort on',
  'concat_null_yields_null on',
  'datefirst ?',
  'dateformat mdy',
  'implicit_transactions off',
  'language us_english',
  'numeric_roundabort off',
  'quoted_identifier on',
  'textsize ?',
  'transaction isolation level read committed',
  'xact_abort off',
]
  .map((setting) => `set ${setting}`)
  .join(' ');

describe.skipIf(reason !== '')(`SQL Server ${reason}`, () => {
  test('23 requests of tedious', async () => {
    const seen = await converse(serveNode('tds.mjs'), 'tds.mjs');
    expectExactly(
      seen,
      {
        'tds: SELECT orders [SELECT id FROM orders WHERE id = ?] = OK': 3,
        'tds: SELECT orders [SELECT id FROM orders WHERE id = @id] = OK': 4,
        'tds: BEGIN = OK': 1,
        'tds: UPDATE orders [UPDATE orders SET state = @state WHERE id = @id] = OK': 2,
        'tds: COMMIT = OK': 1,
        'tds: SELECT nothing [SELECT id FROM nothing] = 208': 1,
        'tds: SELECT nothing [SELECT id FROM nothing WHERE id = @id] = 208': 1,
        'tds: SELEC [SELEC ?] = 102': 1,
        'tds: INSERT orders [INSERT INTO orders VALUES (?, ?)] = OK': 9,
      },
      { around: { 'tds: PRELOGIN = OK': 1, 'tds: CONNECT = OK': 1, [`tds: SET [${SETTINGS}] = OK`]: 1 } },
    );
  });
});
