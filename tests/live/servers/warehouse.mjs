// What the Thrift compiler would make of a service with two methods and one that nobody answers:
// service Warehouse { string get(1: i32 id) throws (1: Missing missing), i32 count(1: string name), oneway void note(1: string text) }
import thrift from 'thrift';

const { I32, STRING, STRUCT, STOP } = thrift.Thrift.Type;
const { CALL, EXCEPTION, ONEWAY, REPLY } = thrift.Thrift.MessageType;
const { TApplicationException, TApplicationExceptionType } = thrift.Thrift;
const METHODS = {
  get: { takes: I32, gives: STRING },
  count: { takes: STRING, gives: I32 },
  note: { takes: STRING, gives: null },
  refund: { takes: I32, gives: I32 },
};
const WRITE = { [I32]: 'writeI32', [STRING]: 'writeString' };
const READ = { [I32]: 'readI32', [STRING]: 'readString' };

function writeStruct(output, field, type, value) {
  output.writeStructBegin('struct');
  output.writeFieldBegin('field', type, field);
  if (type === STRUCT) writeStruct(output, 1, STRING, value);
  else output[WRITE[type]](value);
  output.writeFieldEnd();
  output.writeFieldStop();
  output.writeStructEnd();
}

/** The last field of a struct: its number and value. */
function readStruct(input) {
  let found = { field: -1, value: undefined };
  input.readStructBegin();
  for (let field = input.readFieldBegin(); field.ftype !== STOP; field = input.readFieldBegin()) {
    const value = field.ftype === STRUCT ? readStruct(input).value : input[READ[field.ftype]]();
    found = { field: field.fid, value };
    input.readFieldEnd();
  }
  input.readStructEnd();
  return found;
}

function writeMessage(output, name, type, id, write) {
  output.writeMessageBegin(name, type, id);
  write();
  output.writeMessageEnd();
  output.flush();
}

export class Client {
  #last = 0;
  _reqs = {};

  constructor(output, Protocol) {
    this.output = output;
    this.pClass = Protocol;
    for (const name of Object.keys(METHODS)) this[`recv_${name}`] = this.#receive;
  }

  seqid = () => this.#last;

  /** Resolves to what the method gives, or to the name of what went wrong. */
  ask(name, value) {
    const { takes, gives } = METHODS[name];
    const id = ++this.#last;
    const output = new this.pClass(this.output);
    return new Promise((resolve) => {
      if (gives === null) resolve();
      else this._reqs[id] = resolve;
      writeMessage(output, name, gives === null ? ONEWAY : CALL, id, () => writeStruct(output, 1, takes, value));
    });
  }

  #receive = (input, type, id) => {
    const resolve = this._reqs[id];
    delete this._reqs[id];
    if (type === EXCEPTION) {
      const problem = new TApplicationException();
      problem.read(input);
      input.readMessageEnd();
      resolve(problem.message);
      return;
    }
    const { value } = readStruct(input);
    input.readMessageEnd();
    resolve(value);
  };
}

export class Processor {
  constructor(handler) {
    this.handler = handler;
  }

  process(input, output) {
    const { fname, rseqid } = input.readMessageBegin();
    const { value } = readStruct(input);
    input.readMessageEnd();
    const handle = this.handler[fname];
    if (handle === undefined) {
      const problem = new TApplicationException(TApplicationExceptionType.UNKNOWN_METHOD, `no method ${fname}`);
      writeMessage(output, fname, EXCEPTION, rseqid, () => problem.write(output));
      return;
    }
    const { gives } = METHODS[fname];
    const result = handle(value);
    if (gives === null) return;
    const isMissing = result instanceof Error;
    writeMessage(output, fname, REPLY, rseqid, () => {
      if (isMissing) writeStruct(output, 1, STRUCT, result.message);
      else writeStruct(output, 0, gives, result);
    });
  }
}

export const options = {
  binary: { transport: thrift.TFramedTransport, protocol: thrift.TBinaryProtocol },
  compact: { transport: thrift.TFramedTransport, protocol: thrift.TCompactProtocol },
  buffered: { transport: thrift.TBufferedTransport, protocol: thrift.TBinaryProtocol },
};
