import type { Transaction } from './manifest.ts';
import type { Wanted } from './wanted.ts';

type Reading = (transaction: Transaction) => Omit<Wanted, 'text'> | null;

const text = (value: unknown): string => (value === undefined || value === null ? '' : String(value));
const texts = (value: unknown): string[] => (Array.isArray(value) ? value.map(text) : []);

/** Whether a templated text stands for another: `{…}` for any part of it. */
function stands(template: string, value: string): boolean {
  const pattern = template
    .split(/\{[a-z]+\}/)
    .map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'))
    .join('.*');
  return new RegExp(`^${pattern}$`, 's').test(value);
}

const oneOf = (values: readonly string[]) => (target: string) =>
  target === '' || values.some((value) => stands(target, value) || value.length > 128);

/** The first keyword of a statement, comments and parentheses before it left out. */
function keyword(sql: unknown): string | undefined {
  return /^(?:\s|\/\*[^!].*?\*\/|--[^\n]*\n|#[^\n]*\n|\()*([a-z_]+)/is.exec(text(sql))?.[1]?.toUpperCase();
}

const METHOD_PATH: Reading = ({ method, uri, path, status }) => {
  if (method === undefined) return null;
  const absolute = /^[a-z]+:\/\/[^/]*/i.exec(text(uri ?? path));
  const whole = text(uri ?? path).slice(absolute ? absolute[0].length : 0);
  const wanted = whole.replace(/[?#].*$/s, '').replace(/ .*$/s, '');
  return {
    operation: text(method),
    target: (target) => stands(target, wanted.slice(0, 512)) || wanted.length > 512,
    status: text(status),
  };
};

const http2: Reading = (transaction) => {
  const { is_grpc: grpc, path, grpc_status: status } = transaction;
  if (!grpc) return path === undefined ? {} : METHOD_PATH(transaction);
  const [, service, method] = text(path).split('/');
  return {
    operation: method,
    ...(service ? { target: (target: string) => target === service } : {}),
    status: status === undefined ? undefined : text(status),
  };
};

const RCODES = [
  'NOERROR', 'FORMERR', 'SERVFAIL', 'NXDOMAIN', 'NOTIMP', 'REFUSED', 'YXDOMAIN', 'YXRRSET', 'NXRRSET', 'NOTAUTH', 'NOTZONE',
]; // biome-ignore format: one list

const dns: Reading = ({ qname, qtype, rcode }) => {
  const name = qname === '<Root>' ? '.' : text(qname).toLowerCase();
  const status = rcode === undefined ? '' : (RCODES[Number(rcode)] ?? `RCODE${rcode}`);
  return {
    operation: qtype === undefined ? undefined : text(qtype).replace('*', 'ANY'),
    target: qname === undefined ? undefined : (target) => target === name,
    status,
    failed: status !== '' && status !== 'NOERROR',
  };
};

const redis: Reading = ({ command, args, reply_kind: kind, error }) => ({
  operation: text(command).toUpperCase(),
  target: oneOf(texts(args)),
  status:
    kind === undefined ? undefined : kind === 'error' ? (/^-?([A-Z]+)( |$)/.exec(text(error))?.[1] ?? 'ERR') : 'OK',
});

const MYSQL_COMMANDS: Readonly<Record<string, string>> = {
  Login: 'CONNECT',
  Quit: 'QUIT',
  Ping: 'PING',
  'Prepare Statement': 'PREPARE',
  'Close Statement': 'CLOSE',
  'Use Database': 'INIT_DB',
  'Show Fields': 'FIELD_LIST',
  'Change User': 'CHANGE_USER',
};

const mysql: Reading = ({ command, query, prepared_query: prepared, outcome, error_code: code }) => ({
  operation:
    command === 'Query'
      ? keyword(query)
      : command === 'Execute Statement' && prepared
        ? keyword(prepared)
        : MYSQL_COMMANDS[text(command)],
  status: outcome === undefined ? undefined : outcome === 'err' ? text(code) : 'OK',
});

const pgsql: Reading = ({ op, query, tags, outcome, code }) => ({
  operation: op === 'Simple query' ? keyword(query) : op === 'Parse' ? 'PREPARE' : texts(tags)[0]?.split(' ')[0],
  status: outcome === undefined ? undefined : outcome === 'ok' ? 'OK' : text(code),
});

const kafka: Reading = ({ api, topics }) => ({
  operation: text(api) || undefined,
  target: topics === undefined ? undefined : oneOf(texts(topics)),
});

const BINARY: Readonly<Record<string, string>> = {
  increment: 'incr',
  decrement: 'decr',
  'get key': 'getk',
  'set quietly': 'setq',
};

const memcached: Reading = ({ command, keys, key, response, encoding }) => {
  const name = text(command).toLowerCase();
  return {
    operation: encoding === 'text' ? name : (BINARY[name] ?? name),
    target: oneOf([...texts(keys), text(key)]),
    status: response === undefined ? undefined : text(response).split(' ')[0],
  };
};

/** A legacy query of anything but `$cmd` is a find; the command named there is the first field of its filter. */
const mongo: Reading = ({ command, collection, opcode }) => ({
  operation: opcode === 'Query' && !text(collection).endsWith('$cmd') ? 'find' : text(command) || undefined,
  target:
    collection === undefined || command
      ? undefined
      : oneOf([text(collection), text(collection).replace(/^[^.]*\./, '')]),
});

const cassandra: Reading = ({ opcode, query, error_code: code }) => ({
  operation: opcode === 'QUERY' ? keyword(query) : opcode === 'EXECUTE' ? undefined : text(opcode),
  status: code === undefined ? undefined : `0x${Number(code).toString(16).padStart(4, '0')}`,
});

const amqp: Reading = ({ cls, method, queue, exchange, routing_key: key }) => ({
  operation: `${cls}.${method}`.toLowerCase(),
  target:
    queue || exchange || key
      ? oneOf([text(queue), text(exchange), text(key), `${text(exchange)}:${text(key)}`])
      : undefined,
});

const MQTT_REQUESTS: Readonly<Record<string, string>> = {
  'Connect Command': 'CONNECT',
  'Publish Message': 'PUBLISH',
  'Subscribe Request': 'SUBSCRIBE',
  'Unsubscribe Request': 'UNSUBSCRIBE',
  'Ping Request': 'PINGREQ',
  'Disconnect Req': 'DISCONNECT',
};

const mqtt: Reading = ({ request, topic, topics, return_code: code }) => ({
  operation: MQTT_REQUESTS[text(request)],
  target: topic || topics ? oneOf([text(topic), ...texts(topics)]) : undefined,
  status: code === undefined ? undefined : text(code),
});

const thrift: Reading = ({ method }) => ({ operation: text(method) });

const SMTP_STEPS: Readonly<Record<string, string>> = {
  '(greeting)': 'greeting',
  '(message)': 'message',
  '(auth data)': 'AUTH',
};

const smtp: Reading = ({ command, code }) => ({
  operation: SMTP_STEPS[text(command)] ?? text(command),
  status: code === undefined ? undefined : text(code),
});

const rocketmq: Reading = ({ topic, group, status }) => ({
  target: oneOf([text(topic), text(group)]),
  status: status === undefined ? undefined : text(status),
});

const dubbo: Reading = ({ service_name: service, method_name: method }) => ({
  operation: text(method),
  target: (target) => target === service,
});

const sofarpc: Reading = ({ headers }) => {
  const { sofa_head_target_service: service, sofa_head_method_name: method } = headers as Record<string, string>;
  return { operation: method, target: (target) => target === service };
};

const TDS_REQUESTS: Readonly<Record<string, string>> = {
  'TDS7 pre-login message': 'PRELOGIN',
  'TDS7 login': 'CONNECT',
  'TDS4/5 login': 'CONNECT',
};

const tds: Reading = ({ request, query }) => ({
  operation: query === undefined ? TDS_REQUESTS[text(request)] : keyword(query),
});

const fastcgi: Reading = ({ params }) => {
  const {
    REQUEST_METHOD: method = '',
    SCRIPT_NAME: script = '',
    REQUEST_URI: uri = '',
  } = params as Record<string, string>;
  return { operation: method, target: oneOf([script, uri.replace(/[?].*$/, '')]) };
};

const tls: Reading = ({ sni }) => ({ operation: 'ClientHello', target: (target) => target === text(sni) });

const operationOnly: Reading = ({ operation }) => ({ operation: text(operation) });

/** By protocol; without one only that there is an exchange is compared. */
export const READINGS: Readonly<Record<string, Reading>> = {
  amqp, cassandra, dns, dubbo, fastcgi, http: METHOD_PATH, http2, kafka, ldap: operationOnly, memcached, mongo, mqtt, mysql,
  nats: operationOnly, pgsql, pulsar: operationOnly, redis,
  rocketmq, smtp, sofarpc, tds, thrift, tls,
  websocket: operationOnly,
}; // biome-ignore format: one list
