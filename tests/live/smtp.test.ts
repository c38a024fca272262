import { describe, test } from 'vitest';
import { converse, expectExactly, serveNode, skipReason } from './live.ts';

const reason = skipReason();

describe.skipIf(reason !== '')(`SMTP ${reason}`, () => {
  test('23 commands of nodemailer', async () => {
    const seen = await converse(serveNode('smtp.mjs'), 'smtp.mjs');
    expectExactly(
      seen,
      {
        'smtp: EHLO = 250': 1,
        'smtp: AUTH = 235': 1,
        'smtp: MAIL orders.test = 250': 5,
        'smtp: RCPT customers.test = 250': 4,
        'smtp: RCPT elsewhere.test = 250': 1,
        'smtp: RCPT customers.test = 550': 1,
        'smtp: DATA = 354': 4,
        'smtp: DATA = 503': 1,
        'smtp: message = 250': 4,
        'smtp: RSET = 250': 1,
      },
      { around: { 'smtp: greeting = 220 (oneway)': 1 } },
    );
  });
});
