import { expect, test } from 'vitest';
import {
  decodeExportResponse,
  decodeRpcStatus,
  encodeExportResponse,
  encodeExportResponseJson,
  encodeRpcStatus,
} from './response.ts';

test('full success is an empty message', () => {
  const success = { rejected: 0, errorMessage: '' };
  expect(encodeExportResponse(success)).toHaveLength(0);
  expect(encodeExportResponseJson('traces', success)).toEqual({});
  expect(decodeExportResponse(new Uint8Array())).toEqual(success);
});

test('partial success', () => {
  const partial = { rejected: 300, errorMessage: 'no' };
  const bytes = Uint8Array.of(0x0a, 0x07, 0x08, 0xac, 0x02, 0x12, 0x02, 0x6e, 0x6f);
  expect(encodeExportResponse(partial)).toEqual(bytes);
  expect(decodeExportResponse(bytes)).toEqual(partial);
  expect(encodeExportResponseJson('metrics', partial)).toEqual({
    partialSuccess: { rejectedDataPoints: '300', errorMessage: 'no' },
  });
  expect(encodeExportResponseJson('traces', partial)).toEqual({
    partialSuccess: { rejectedSpans: '300', errorMessage: 'no' },
  });
  expect(encodeExportResponseJson('logs', partial)).toEqual({
    partialSuccess: { rejectedLogRecords: '300', errorMessage: 'no' },
  });
});

test('error status', () => {
  const status = { code: 3, message: 'no' };
  const bytes = Uint8Array.of(0x08, 0x03, 0x12, 0x02, 0x6e, 0x6f);
  expect(encodeRpcStatus(status)).toEqual(bytes);
  expect(decodeRpcStatus(bytes)).toEqual(status);
});
