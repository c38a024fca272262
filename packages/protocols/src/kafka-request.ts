import * as apis from './kafka-api.ts';
import { reader } from './kafka-reader.ts';
import { topicName } from './kafka-topics.ts';
import { EMPTY, type SymbolId, symbols } from './symbols.ts';

/** What the body of a request says: the first topic it names, or its group. */
class RequestBody {
  target: SymbolId = EMPTY;
  /** Produce with acks 0 gets no response. */
  silent = false;
}
export const body = new RequestBody();

/** Reads the body at the reader's place to `body`. */
export function readBody(api: apis.Api, version: number): void {
  const flexible = version >= api.flexible;
  body.target = EMPTY;
  body.silent = false;
  switch (api.target) {
    case apis.FIRST:
      text(flexible);
      return;
    case apis.TOPICS:
      if (reader.array(flexible) > 0) text(flexible);
      return;
    case apis.SECOND:
      reader.string(flexible);
      text(flexible);
      return;
    case apis.PRODUCE:
      if (version >= 3) reader.string(flexible);
      body.silent = reader.i16() === 0 && !reader.short;
      reader.skip(4);
      topics(flexible, version >= 13);
      return;
    case apis.FETCH:
      reader.skip(version >= 15 ? 8 : 12);
      reader.skip((version >= 3 ? 4 : 0) + (version >= 4 ? 1 : 0) + (version >= 7 ? 8 : 0));
      topics(flexible, version >= 13);
      return;
    case apis.LIST_OFFSETS:
      reader.skip(version >= 2 ? 5 : 4);
      topics(flexible, false);
      return;
    case apis.METADATA:
      if (reader.array(flexible) <= 0) return;
      if (version >= 10) reader.skip(16);
      text(flexible);
      return;
    case apis.OFFSET_COMMIT:
      reader.string(flexible);
      if (version >= 1) {
        reader.skip(4);
        reader.string(flexible);
      }
      if (version >= 7) reader.string(flexible);
      if (version >= 2 && version <= 4) reader.skip(8);
      topics(flexible, version >= 10);
      return;
    case apis.OFFSET_FETCH:
      if (version >= 8 && reader.array(flexible) <= 0) return;
      text(flexible);
      if (version >= 9) {
        reader.string(flexible);
        reader.skip(4);
      }
      topics(flexible, version >= 10);
      return;
    case apis.FIND_COORDINATOR:
      if (version >= 4) {
        reader.skip(1);
        if (reader.array(flexible) <= 0) return;
      }
      text(flexible);
  }
}

function text(flexible: boolean): void {
  if (reader.string(flexible)) body.target = symbols.of(reader.bytes, reader.textAt, reader.textEnd);
}

/** The first of an array of topics, each with its name or its id first. */
function topics(flexible: boolean, byId: boolean): void {
  if (reader.array(flexible) <= 0) return;
  if (!byId) {
    text(flexible);
    return;
  }
  const at = reader.at;
  reader.skip(16);
  if (!reader.short) body.target = topicName(reader.bytes, at);
}
