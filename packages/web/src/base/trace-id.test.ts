import { describe, expect, it } from 'vitest';
import { parseDuration, traceIdIn } from './trace-id.ts';

const ID = '0af7651916cd43dd8448eb211c80319c';

describe('a trace id is found in what was pasted', () => {
  it.each([
    [ID, ID],
    [` ${ID.toUpperCase()}\n`, ID],
    [`0x${ID}`, ID],
    [`00-${ID}-b7ad6b7169203331-01`, ID],
    [`traceparent: 00-${ID}-b7ad6b7169203331-01`, ID],
    [`http://localhost:16686/trace/${ID}?x=1`, ID],
    ['0af76519-16cd-43dd-8448-eb211c80319c', ID],
    [`b3: ${ID}-b7ad6b7169203331-1`, ID],
    [`${ID}-b7ad6b7169203331`, ID],
    [`X-B3-TraceId: ${ID}`, ID],
    ['uber-trace-id: b7ad6b7169203331:b7ad6b7169203331:0:1', `${'0'.repeat(16)}b7ad6b7169203331`],
    ['x-datadog-trace-id: 13235353014750950193', `${'0'.repeat(16)}b7ad6b7169203331`],
    [`level=error msg="no" trace_id=${ID} span_id=b7ad6b7169203331`, ID],
    [`{"trace_id":"${ID}"}`, ID],
    ['b7ad6b7169203331', `${'0'.repeat(16)}b7ad6b7169203331`],
    ['0'.repeat(32), null],
    ['checkout', null],
    [`${ID}0`, null],
    ['', null],
  ])('%s', (text, expected) => {
    expect(traceIdIn(text)).toBe(expected);
  });
});

describe('a duration as it is typed', () => {
  it.each([
    ['40', 40e6],
    ['250ms', 250e6],
    ['1.5 s', 1.5e9],
    ['7us', 7e3],
    ['7µs', 7e3],
    ['2m', 120e9],
    ['', null],
    ['-1', null],
    ['1h', null],
    ['fast', null],
  ])('%s', (text, expected) => {
    expect(parseDuration(text)).toBe(expected);
  });
});
