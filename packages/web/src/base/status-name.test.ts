import { expect, it } from 'vitest';
import { statusName } from './status-name.ts';

it('calls a status by its name', () => {
  expect(statusName('grpc', '0', '')).toBe('OK');
  expect(statusName('grpc', '14', '')).toBe('UNAVAILABLE');
  expect(statusName('grpc', '14', 'UNAVAILABLE')).toBe('UNAVAILABLE');
  expect(statusName('dubbo', '20', '')).toBe('OK');
  expect(statusName('dubbo', '60', 'SERVICE_NOT_FOUND')).toBe('SERVICE_NOT_FOUND');
  expect(statusName('thrift', 'EXCEPTION', 'UNKNOWN_METHOD')).toBe('UNKNOWN_METHOD');
});

it('leaves what has no name as it stands', () => {
  expect(statusName('grpc', '99', '')).toBe('99');
  expect(statusName('dns', 'NXDOMAIN', '')).toBe('NXDOMAIN');
  expect(statusName('http', '0', '')).toBe('0');
});
