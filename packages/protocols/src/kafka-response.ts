import * as apis from './kafka-api.ts';
import { reader } from './kafka-reader.ts';
import { learnTopic } from './kafka-topics.ts';
import { symbols } from './symbols.ts';

/** The error code was not found. */
export const UNKNOWN = -32768;
/** Elements looked through for an error. */
const MAX_ELEMENTS = 256;

/** The first error code of the response at the reader's place that is not 0; 0 where all is well; UNKNOWN. */
export function readError(api: apis.Api, version: number): number {
  const flexible = version >= api.flexible;
  if (version >= api.throttle) reader.skip(4);
  switch (api.error) {
    case apis.TOP:
      return found(reader.i16());
    case apis.LISTED:
      return reader.array(flexible) > 0 ? found(reader.i16()) : found(0);
    case apis.NAMED:
      if (reader.array(flexible) <= 0) return found(0);
      reader.string(flexible);
      return found(reader.i16());
    case apis.PARTITIONS:
      return partitions(flexible, false, onlyIndex);
    case apis.SPECIAL:
      return special(api, version, flexible);
    default:
      return UNKNOWN;
  }
}

function found(code: number): number {
  return reader.short ? UNKNOWN : code;
}

function special(api: apis.Api, version: number, flexible: boolean): number {
  switch (api.key) {
    case apis.PRODUCE_KEY:
      return partitions(flexible, version >= 13, produced, version);
    case apis.FETCH_KEY: {
      const code = version >= 7 ? reader.i16() : 0;
      if (code !== 0) return found(code);
      if (version >= 7) reader.skip(4);
      return partitions(flexible, version >= 13, fetched, version);
    }
    case apis.METADATA_KEY:
      return metadata(version, flexible);
    case apis.OFFSET_FETCH_KEY:
      return offsetFetch(version, flexible);
    case apis.FIND_COORDINATOR_KEY:
      if (version < 4) return found(reader.i16());
      if (reader.array(flexible) <= 0) return found(0);
      reader.string(flexible);
      reader.skip(4);
      reader.string(flexible);
      reader.skip(4);
      return found(reader.i16());
    default:
      if (reader.array(flexible) <= 0) return found(0);
      reader.string(flexible);
      if (version >= (api.key === apis.CREATE_TOPICS_KEY ? 7 : 6)) reader.skip(16);
      return found(reader.i16());
  }
}

type Rest = (version: number, flexible: boolean) => void;

/** Goes through `[topic [index error rest]]` as far as it is there. */
function partitions(flexible: boolean, byId: boolean, rest: Rest, version = 0): number {
  let seen = 0;
  for (let topics = reader.array(flexible); topics > 0 && !reader.short; topics--) {
    if (byId) reader.skip(16);
    else reader.string(flexible);
    for (let left = reader.array(flexible); left > 0 && !reader.short; left--) {
      reader.skip(4);
      const code = reader.i16();
      if (reader.short) break;
      if (code !== 0) return code;
      if (++seen >= MAX_ELEMENTS) return 0;
      rest(version, flexible);
      if (rest === onlyIndex) return 0;
    }
    reader.tags(flexible);
  }
  if (reader.short && seen > 0) reader.short = false;
  return found(0);
}

const onlyIndex: Rest = () => {};

const produced: Rest = (version, flexible) => {
  reader.skip(8 + (version >= 2 ? 8 : 0) + (version >= 5 ? 8 : 0));
  if (version >= 8) {
    for (let left = reader.array(flexible); left > 0 && !reader.short; left--) {
      reader.skip(4);
      reader.string(flexible);
      reader.tags(flexible);
    }
    reader.string(flexible);
  }
  reader.tags(flexible);
};

const fetched: Rest = (version, flexible) => {
  reader.skip(8 + (version >= 4 ? 8 : 0) + (version >= 5 ? 8 : 0));
  if (version >= 4) {
    for (let left = reader.array(flexible); left > 0 && !reader.short; left--) {
      reader.skip(16);
      reader.tags(flexible);
    }
  }
  if (version >= 11) reader.skip(4);
  reader.blob(flexible);
  reader.tags(flexible);
};

/** The error of a partition stands behind its offset and metadata, that of a group behind its partitions. */
function offsetFetch(version: number, flexible: boolean): number {
  let groups = 1;
  if (version >= 8) {
    groups = Math.min(1, reader.array(flexible));
    reader.string(flexible);
  }
  if (groups <= 0) return found(0);
  for (let topics = reader.array(flexible); topics > 0 && !reader.short; topics--) {
    if (version >= 10) reader.skip(16);
    else reader.string(flexible);
    for (let left = reader.array(flexible); left > 0 && !reader.short; left--) {
      reader.skip(version >= 5 ? 16 : 12);
      reader.string(flexible);
      const code = reader.i16();
      if (code !== 0) return found(code);
      reader.tags(flexible);
    }
    reader.tags(flexible);
  }
  return found(version >= 2 ? reader.i16() : 0);
}

/** Learns the ids of topics on the way. */
function metadata(version: number, flexible: boolean): number {
  for (let left = reader.array(flexible); left > 0 && !reader.short; left--) {
    reader.skip(4);
    reader.string(flexible);
    reader.skip(4);
    if (version >= 1) reader.string(flexible);
    reader.tags(flexible);
  }
  if (version >= 2) reader.string(flexible);
  if (version >= 1) reader.skip(4);
  let first = 0;
  for (let left = reader.array(flexible); left > 0 && !reader.short; left--) {
    const code = reader.i16();
    if (first === 0 && !reader.short) first = code;
    const named = reader.string(flexible);
    const { textAt, textEnd, at } = reader;
    if (version >= 10) {
      reader.skip(16);
      if (named && code === 0 && !reader.short) learnTopic(reader.bytes, at, symbols.of(reader.bytes, textAt, textEnd));
    }
    if (version >= 1) reader.skip(1);
    metadataPartitions(version, flexible);
    if (version >= 8) reader.skip(4);
    reader.tags(flexible);
  }
  return first !== 0 ? first : found(0);
}

function metadataPartitions(version: number, flexible: boolean): void {
  for (let left = reader.array(flexible); left > 0 && !reader.short; left--) {
    reader.skip(version >= 7 ? 14 : 10);
    for (let lists = version >= 5 ? 3 : 2; lists > 0; lists--) reader.skip(4 * Math.max(0, reader.array(flexible)));
    reader.tags(flexible);
  }
}
