/** Most addresses read from one message. */
const MAX_ADDRESSES = 100_000;
/** Most names of one address that are looked at. */
const MAX_NAMES = 8;

class Varints {
  readonly bytes: Uint8Array;
  at: number;

  constructor(bytes: Uint8Array, at = 0) {
    this.bytes = bytes;
    this.at = at;
  }

  /** Throws RangeError past the end. */
  uvarint(): number {
    let value = 0;
    for (let shift = 1; shift <= 2 ** 49; shift *= 128) {
      if (this.at >= this.bytes.length) throw new RangeError('the end of the names is missing');
      const byte = this.bytes[this.at++];
      value += (byte & 0x7f) * shift;
      if (byte < 0x80) return value;
    }
    throw new RangeError('a number of the names is too long');
  }

  text(): string {
    const length = this.uvarint();
    if (this.at + length > this.bytes.length) throw new RangeError('a name is longer than the names');
    return new TextDecoder().decode(this.bytes.subarray(this.at, (this.at += length)));
  }
}

/**
 * Names by address: `encodedDnsLookups` of version 2 (buckets of addresses, each with byte offsets into the database of
 * domains). The position block that makes look-ups fast is passed over. Of several names the first counts. What runs
 * over the end is left out. Source: https://github.com/DataDog/agent-payload, `process/dns_v2.go`.
 */
export function namesByAddress(lookups: Uint8Array, domains: Uint8Array): ReadonlyMap<string, string> {
  if (lookups[0] !== 2) return new Map();
  const input = new Varints(lookups, 3);
  return named(
    input,
    () => input.uvarint(),
    () => domains,
  );
}

/**
 * The same of older agents, `encodedDNS` of version 1: the names are in a block behind the buckets, whose length is known.
 * Where it is another, something is cut off, and offsets would lead to wrong names. Source: `process/dns.go`.
 */
export function namesOfVersion1(encoded: Uint8Array): ReadonlyMap<string, string> {
  if (encoded[0] !== 1) return new Map();
  const input = new Varints(encoded, 3);
  let length = 0;
  const sizes = () => {
    const positions = input.uvarint();
    length = input.uvarint();
    return positions;
  };
  return named(input, sizes, () => (encoded.length - input.at === length ? encoded.subarray(input.at) : NOTHING));
}

const NOTHING = new Uint8Array(0);

/** Reads buckets; `sizes` gives the length of the position block, `namesAfter` the names once the buckets are read. */
function named(input: Varints, sizes: () => number, namesAfter: () => Uint8Array): ReadonlyMap<string, string> {
  const offsets = new Map<string, readonly number[]>();
  try {
    const positions = sizes();
    input.uvarint();
    input.at += positions;
    for (let bucket = input.bytes[1] | (input.bytes[2] << 8); bucket > 0; bucket--) {
      for (let keys = input.uvarint(); keys > 0 && offsets.size < MAX_ADDRESSES; keys--) {
        const address = input.text();
        const names: number[] = [];
        for (let count = input.uvarint(); count > 0; count--) {
          const offset = input.uvarint();
          if (names.length < MAX_NAMES) names.push(offset);
        }
        offsets.set(address, names);
      }
    }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  const domains = namesAfter();
  const found = new Map<string, string>();
  for (const [address, names] of offsets) {
    const name = names.map((offset) => domainAt(domains, offset)).find((each) => each !== null && each !== '');
    if (name) found.set(address, name);
  }
  return found;
}

/** The name whose length is at `offset`, `null` where it runs over the end. */
export function domainAt(domains: Uint8Array, offset: number): string | null {
  try {
    return new Varints(domains, offset).text();
  } catch {
    return null;
  }
}

const IN_CLUSTER = /^([^.]+)\.([^.]+)\.svc(?:\..+)?$/;

/** The service a name stands for: `svc.ns` of a Kubernetes service, else the name without its final dot. */
export function serviceOfDomain(domain: string): string {
  const name = domain.replace(/\.$/, '');
  const match = IN_CLUSTER.exec(name);
  return match === null ? name : `${match[1]}.${match[2]}`;
}
