import { client, type ProtocolCase, server } from './case.ts';

const byte = String.fromCharCode;
const u16 = (value: number) => byte((value >> 8) & 255, value & 255);
const u32 = (value: number) => u16(value >>> 16) + u16(value & 65_535);
const command = (type: number, header: string, body = '') =>
  u32(4 + header.length + body.length) + byte(type) + u32(header.length).slice(1) + header + body;

interface Fields {
  readonly code: number;
  readonly opaque: number;
  readonly flag: number;
  readonly remark?: string;
  readonly extFields?: Readonly<Record<string, string>>;
}
const json = (fields: Fields, body = '') =>
  command(0, JSON.stringify({ language: 'JAVA', version: 401, ...fields }), body);
const binary = ({ code, opaque, flag, remark = '', extFields = {} }: Fields, body = '') => {
  const fields = Object.entries(extFields)
    .map(([name, value]) => u16(name.length) + name + u32(value.length) + value)
    .join('');
  return command(
    1,
    u16(code) +
      byte(0) +
      u16(401) +
      u32(opaque) +
      u32(flag) +
      u32(remark.length) +
      remark +
      u32(fields.length) +
      fields,
    body,
  );
};

const send = {
  code: 310,
  opaque: 7,
  flag: 0,
  extFields: { a: 'shop-producers', b: 'orders', c: 'TBW102', i: 'KEYS\u0001secret' },
};
const pull = { code: 11, opaque: 8, flag: 0, extFields: { consumerGroup: 'billing', topic: 'orders', queueId: '3' } };

export const rocketmqCases: readonly ProtocolCase[] = [
  {
    name: 'JSON: send and pull, answered out of order; nothing found is no failure',
    pieces: [
      client(json(send, 'the message') + json(pull)),
      server(json({ code: 19, opaque: 8, flag: 1, remark: 'OFFSET_FOUND_NULL' }) + json({ code: 0, opaque: 7, flag: 1 })),
    ],
    calls: [
      { protocol: 'rocketmq', operation: 'PULL_MESSAGE', target: 'orders', status: '19', error: '', outcome: 'complete', requestBytes: json(pull).length },
      { operation: 'SEND_MESSAGE_V2', target: 'orders', status: '0', requestBytes: json(send, 'the message').length, complete: true },
    ],
  },
  {
    name: 'binary headers, errors, one-way, the broker asks',
    pieces: [
      client(binary({ code: 105, opaque: 1, flag: 0, extFields: { topic: 'missing' } })),
      server(binary({ code: 17, opaque: 1, flag: 1, remark: 'No topic route info in name server for the topic: missing' })),
      client(binary({ code: 15, opaque: 2, flag: 2, extFields: { topic: 'orders', consumerGroup: 'billing' } })),
      client(binary({ code: 38, opaque: 3, flag: 0, extFields: { consumerGroup: 'billing' } })),
      server(binary({ code: 39, opaque: 3, flag: 0, extFields: { topic: 'orders' } }) + binary({ code: 0, opaque: 3, flag: 1 }, '{}')),
      client(binary({ code: 0, opaque: 3, flag: 1 })),
    ],
    calls: [
      { operation: 'GET_ROUTEINFO_BY_TOPIC', target: 'missing', status: '17', error: 'TOPIC_NOT_EXIST' },
      { operation: 'UPDATE_CONSUMER_OFFSET', target: 'orders', outcome: 'oneway' },
      { operation: 'GET_CONSUMER_LIST_BY_GROUP', target: 'billing', status: '0' },
      { operation: 'CHECK_TRANSACTION_STATE', target: 'orders', status: '0' },
    ],
  },
  {
    name: 'bodies beyond the capture limit; joined in its middle',
    whole: 'bytes are missing',
    pieces: [
      server(json({ code: 0, opaque: 4, flag: 1 })),
      client(json(pull)),
      server(json({ code: 0, opaque: 8, flag: 1 }, 'm'.repeat(70_000)).slice(0, 16_000), json({ code: 0, opaque: 8, flag: 1 }).length + 54_000),
      client(json({ ...send, opaque: 9 })),
      server(json({ code: 2, opaque: 9, flag: 1, remark: '[TIMEOUT_CLEAN_QUEUE]broker busy' })),
    ],
    calls: [
      { operation: 'PULL_MESSAGE', status: '0', complete: true, responseBytes: json({ code: 0, opaque: 8, flag: 1 }).length + 70_000 },
      { operation: 'SEND_MESSAGE_V2', error: 'SYSTEM_BUSY' },
    ],
  },
]; // biome-ignore format: one case reads as one block
