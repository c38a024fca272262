import { type SymbolId, symbols } from './symbols.ts';

/** The methods of AMQP 0-9-1 with RabbitMQ's extensions (https://www.rabbitmq.com/amqp-0-9-1-reference). */

/** Answered by the method with the next number (or another reply). */
export const SYNC = 0;
/** Answers the method `answers`. */
export const REPLY = 1;
export const ASYNC = 2;

/** What an argument is; `NO_WAIT + n` is a byte whose bit n says that no reply will come. */
export const SKIP_2 = 0;
export const SKIP_8 = 1;
export const SKIP_1 = 2;
/** A short string that is passed by, that is the target, or that follows the target after a colon. */
export const PASS = 3;
export const NAME = 4;
export const KEY = 5;
/** Reply code and text. */
export const CODE = 6;
export const NO_WAIT = 8;

export interface Method {
  readonly name: SymbolId;
  readonly kind: number;
  /** Class and method numbers of the request that this answers. */
  readonly answers: number;
  readonly content: boolean;
  readonly args: readonly number[];
}

const LETTERS: Readonly<Record<string, number>> = {
  R: SKIP_2,
  L: SKIP_8,
  B: SKIP_1,
  X: PASS,
  T: NAME,
  K: KEY,
  C: CODE,
};

/**
 * `class.method name kind arguments`: kind is `=` (asks), `<` and the number of the request (answers), `-` (neither), with
 * `*` where content follows; a digit among the arguments is the bit that says no-wait.
 */
const ROWS = `
10.10 connection.start =|10.11 connection.start-ok <10|10.20 connection.secure =|10.21 connection.secure-ok <20
10.30 connection.tune =|10.31 connection.tune-ok <30|10.40 connection.open = T|10.41 connection.open-ok <40
10.50 connection.close = C|10.51 connection.close-ok <50|10.60 connection.blocked - T|10.61 connection.unblocked -
10.70 connection.update-secret =|10.71 connection.update-secret-ok <70
20.10 channel.open =|20.11 channel.open-ok <10|20.20 channel.flow =|20.21 channel.flow-ok <20
20.40 channel.close = C|20.41 channel.close-ok <40|30.10 access.request = X|30.11 access.request-ok <10
40.10 exchange.declare = RTX4|40.11 exchange.declare-ok <10|40.20 exchange.delete = RT1|40.21 exchange.delete-ok <20
40.30 exchange.bind = RTXX0|40.31 exchange.bind-ok <30|40.40 exchange.unbind = RTXX0|40.51 exchange.unbind-ok <40
50.10 queue.declare = RT4|50.11 queue.declare-ok <10|50.20 queue.bind = RTXX0|50.21 queue.bind-ok <20
50.30 queue.purge = RT0|50.31 queue.purge-ok <30|50.40 queue.delete = RT2|50.41 queue.delete-ok <40
50.50 queue.unbind = RT|50.51 queue.unbind-ok <50
60.10 basic.qos =|60.11 basic.qos-ok <10|60.20 basic.consume = RTX3|60.21 basic.consume-ok <20
60.30 basic.cancel = X0|60.31 basic.cancel-ok <30|60.40 basic.publish -* RTK|60.50 basic.return -* CTK
60.60 basic.deliver -* XLBTK|60.70 basic.get = RT|60.71 basic.get-ok <70* LBXX|60.72 basic.get-empty <70
60.80 basic.ack -|60.90 basic.reject -|60.100 basic.recover-async -|60.110 basic.recover =|60.111 basic.recover-ok <110
60.120 basic.nack -
85.10 confirm.select = 0|85.11 confirm.select-ok <10
90.10 tx.select =|90.11 tx.select-ok <10|90.20 tx.commit =|90.21 tx.commit-ok <20|90.30 tx.rollback =|90.31 tx.rollback-ok <30`;

const METHODS: (Method | undefined)[] = [];

/** Class and method as one number. */
export function methodNumber(classId: number, methodId: number): number {
  return classId <= 90 && methodId <= 127 ? classId * 128 + methodId : -1;
}

for (const row of ROWS.trim().split(/[|\n]/)) {
  const [number, name, kind, args = ''] = row.split(' ');
  const [classId, methodId] = number.split('.').map(Number);
  METHODS[methodNumber(classId, methodId)] = {
    name: symbols.ofText(name),
    kind: kind.startsWith('=') ? SYNC : kind.startsWith('<') ? REPLY : ASYNC,
    answers: kind.startsWith('<') ? methodNumber(classId, Number.parseInt(kind.slice(1), 10)) : -1,
    content: kind.endsWith('*'),
    args: [...args].map((letter) => LETTERS[letter] ?? NO_WAIT + Number(letter)),
  };
}

const rows = (numbers: string) =>
  new Set(numbers.split(' ').map((row) => methodNumber(...(row.split('.').map(Number) as [number, number]))));
/** What brokers ask or tell, and what clients answer; all else clients ask and brokers answer. */
const OF_BROKER = rows('10.10 10.20 10.30 10.60 10.61 60.50 60.60');
const OF_CLIENT = rows('10.11 10.21 10.31');
const OF_BOTH = rows('10.50 10.51 20.20 20.21 20.40 20.41 60.30 60.31 60.80 60.120');

/** Whether this side sends such methods. */
export function isOf(number: number, ofClient: boolean): boolean {
  if (OF_BOTH.has(number)) return true;
  const asks = METHODS[number]?.kind !== REPLY;
  return (OF_BROKER.has(number) ? false : OF_CLIENT.has(number) ? true : asks) === ofClient;
}

export const CONNECTION_OPEN = methodNumber(10, 40);
export const CONNECTION_CLOSE = methodNumber(10, 50);
export const CHANNEL_CLOSE = methodNumber(20, 40);
export const BASIC_RETURN = methodNumber(60, 50);
export const BASIC_GET_EMPTY = methodNumber(60, 72);
export const BASIC_NACK = methodNumber(60, 120);

/** The method of a number, or undefined. */
export function methodOf(number: number): Method | undefined {
  return METHODS[number];
}
