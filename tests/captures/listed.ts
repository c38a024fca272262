import type { Exchange } from '@sonde/model';
import type { Transaction } from './manifest.ts';

/**
 * Where an expectation lists something else than exchanges, what it lists is brought to exchanges here, by rules that hold
 * for every file. tests/golden/captures.md names them.
 */
export function exchangesOf(transactions: readonly Transaction[]): readonly Transaction[] {
  return closedOnce(mailOf(asked(visible(transactions))));
}

/** Whether an expectation lists such exchanges at all. */
export function isListed({ protocol, outcome, operation }: Exchange): boolean {
  if (protocol === 'pgsql') return operation !== 'CONNECT' && operation !== 'CANCEL';
  return protocol !== 'redis' || outcome !== 'oneway' || operation !== operation.toLowerCase();
}

/** An agent on the socket sees no more than TLS where the expectation had keys. */
function visible(transactions: readonly Transaction[]): readonly Transaction[] {
  const encrypted = new Map<string, number>();
  for (const { proto, conv = '', req_frame: frame = 0 } of transactions) {
    if (proto === 'tls') encrypted.set(conv, Math.min(frame, encrypted.get(conv) ?? frame));
  }
  return transactions.filter(({ proto, conv = '', req_frame, resp_frame }) => {
    const from = encrypted.get(conv);
    return proto === 'tls' || from === undefined || (req_frame ?? resp_frame ?? 0) <= from;
  });
}

/**
 * Of PostgreSQL's extended protocol the expectation lists each message, the agent what the application asked for: what
 * is executed, or what is prepared where nothing is.
 */
function asked(transactions: readonly Transaction[]): readonly Transaction[] {
  const batches = Map.groupBy(transactions, ({ conv, req_frame: frame }) => `${conv} ${frame}`);
  return transactions.filter(({ proto, op, conv, req_frame: frame }) => {
    if (proto !== 'pgsql' || op === 'Simple query' || op === 'Execute') return true;
    const batch = batches.get(`${conv} ${frame}`) ?? [];
    const has = (name: string) => batch.some((one) => one.op === name);
    return !has('Execute') && (op === 'Parse' || !has('Parse'));
  });
}

/** A WebSocket is closed by one frame each way, which are one exchange. */
function closedOnce(transactions: readonly Transaction[]): readonly Transaction[] {
  const closed = new Set<string | undefined>();
  return transactions.filter(({ proto, conv, operation }) => {
    if (proto !== 'websocket' || operation !== 'close') return true;
    const first = !closed.has(conv);
    closed.add(conv);
    return first;
  });
}

const VERBS = /^(\(.*\)|EHLO|HELO|MAIL|RCPT|DATA|BDAT|RSET|QUIT|NOOP|AUTH|STARTTLS|VRFY|EXPN|HELP|X?[A-Z]{4})$/;

/** Where the server's answers were not captured, the expectation takes each line of a mail for a command. */
function mailOf(transactions: readonly Transaction[]): readonly Transaction[] {
  const inside = new Map<string | undefined, string>();
  return transactions.flatMap((transaction) => {
    const { proto, conv, command, code } = transaction;
    if (proto !== 'smtp' || code !== undefined) return [transaction];
    const step = inside.get(conv);
    if (step === '(message)') {
      if (command === '.') inside.delete(conv);
      return [];
    }
    if (command === 'DATA') {
      inside.set(conv, '(message)');
      return [transaction, { ...transaction, command: '(message)' }];
    }
    if (step === 'AUTH' && !VERBS.test(String(command))) return [{ ...transaction, command: '(auth data)' }];
    inside.set(conv, String(command));
    return [transaction];
  });
}
