// node tds.mjs PORT: answers as a SQL Server does, without encryption: one row to each SELECT, errors where the statement
// has a mistake.
import { createServer } from 'node:net';

const [BATCH, RPC, RESPONSE, TRANSACTION, LOGIN, PRELOGIN] = [1, 3, 4, 14, 16, 18];
const [BEGIN, COMMIT] = [5, 7];
const [LAST, ENCRYPT_NOT_SUPPORTED, ATTENTION] = [1, 2, 6];
const TDS_7_4 = 0x74000004;

const all = (...parts) => Buffer.concat(parts);
const int8 = (value) => Buffer.from([value]);
const int16 = (value) => Buffer.from([value & 255, value >> 8]);
const int32 = (value) => all(int16(value & 0xffff), int16(value >>> 16));
const text = (value) => all(int8(value.length), Buffer.from(value, 'utf16le'));
const longText = (value) => all(int16(value.length), Buffer.from(value, 'utf16le'));
const token = (kind, body) => all(int8(kind), int16(body.length), body);

const done = (kind, status = 0, rows = 0) => all(int8(kind), int16(status), int16(0xc1), int32(rows), int32(0));
const [DONE, DONE_PROCEDURE, DONE_IN_PROCEDURE] = [0xfd, 0xfe, 0xff];

function preLogin() {
  const option = (kind, at, length) => Buffer.from([kind, 0, at, 0, length]);
  return all(option(0, 11, 6), option(1, 17, 1), int8(255), Buffer.from([16, 0, 0, 0, 0, 0]), int8(ENCRYPT_NOT_SUPPORTED));
}

function login() {
  const version = Buffer.alloc(4);
  version.writeUInt32BE(TDS_7_4);
  return all(token(0xad, all(int8(1), version, text('Microsoft SQL Server'), Buffer.from([16, 0, 0, 0]))), done(DONE));
}

const error = (number, message) =>
  token(0xaa, all(int32(number), int8(1), int8(16), longText(message), text('here'), text(''), int32(1)));
const rows = () =>
  all(int8(0x81), int16(1), int32(0), int16(9), int8(0x26), int8(4), text('id'), int8(0xd1), int8(4), int32(23));

/** `inProcedure`: the statement came by sp_executesql. */
function run(statement, inProcedure) {
  const end = (status) => (inProcedure ? all(int8(0x79), int32(0), done(DONE_PROCEDURE, status)) : done(DONE, status));
  if (/nothing/.test(statement)) return all(error(208, "Invalid object name 'nothing'."), end(2));
  if (/SELEC /.test(statement)) return all(error(102, "Incorrect syntax near '1'."), end(2));
  if (!/SELECT/.test(statement)) return end(0);
  return inProcedure ? all(rows(), done(DONE_IN_PROCEDURE, 16, 1), end(0)) : all(rows(), done(DONE, 16, 1));
}

function transaction(kind) {
  const id = all(int8(8), Buffer.alloc(8, 7));
  const change = kind === BEGIN ? all(int8(8), id, int8(0)) : all(int8(kind === COMMIT ? 9 : 10), int8(0), id);
  return all(token(0xe3, change), done(DONE));
}

function answer(type, body) {
  const content = body.subarray(body.length >= 4 ? body.readUInt32LE(0) : 0);
  switch (type) {
    case PRELOGIN:
      return preLogin();
    case LOGIN:
      return login();
    case BATCH:
      return run(content.toString('utf16le'), false);
    case RPC:
      return run(body.toString('latin1').replaceAll('\0', ''), true);
    case TRANSACTION:
      return transaction(content.readUInt16LE(0));
    case ATTENTION:
      return done(DONE, 32);
  }
  throw new Error(`packet of type ${type}`);
}

createServer((socket) => {
  let pending = Buffer.alloc(0);
  let body = Buffer.alloc(0);
  socket.on('data', (bytes) => {
    pending = all(pending, bytes);
    while (pending.length >= 8 && pending.length >= pending.readUInt16BE(2)) {
      const packet = pending.subarray(0, pending.readUInt16BE(2));
      pending = pending.subarray(packet.length);
      body = all(body, packet.subarray(8));
      if ((packet[1] & LAST) === 0) continue;
      const reply = answer(packet[0], body);
      body = Buffer.alloc(0);
      const length = 8 + reply.length;
      socket.write(all(Buffer.from([RESPONSE, LAST, length >> 8, length & 255, 0, 0, 1, 0]), reply));
    }
  });
  socket.on('error', () => {});
}).listen(Number(process.argv[2]), '127.0.0.1');
