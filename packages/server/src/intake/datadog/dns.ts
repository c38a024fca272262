/** Most addresses read from one message. */
const MAX_ADDRESSES = 100_000;

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
  const names = new Map<string, string>();
  if (lookups[0] !== 2 || lookups.length < 3) return names;
  const buckets = lookups[1] | (lookups[2] << 8);
  const input = new Varints(lookups, 3);
  try {
    const positions = input.uvarint();
    input.uvarint();
    input.at += positions;
    for (let bucket = 0; bucket < buckets; bucket++) {
      for (let keys = input.uvarint(); keys > 0 && names.size < MAX_ADDRESSES; keys--) {
        const address = input.text();
        let first: string | null = null;
        for (let count = input.uvarint(); count > 0; count--) {
          const offset = input.uvarint();
          first ??= domainAt(domains, offset);
        }
        if (first !== null && first !== '') names.set(address, first);
      }
    }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  return names;
}

function domainAt(domains: Uint8Array, offset: number): string | null {
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
