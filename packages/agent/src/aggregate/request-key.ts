import { NO_ID } from '@sonde/protocols';
import { hex64 } from '../capture/address.ts';

/** W3C ids of a request, the same at both of its ends: they come from the connection and the place in it. */
export interface RequestKey {
  readonly trace: string;
  readonly client: string;
  readonly server: string;
}

/** @param call its id in the connection where it has one: several requests may begin at one offset */
export function requestKey(clientStart: number, serverStart: number, offset: number, call = NO_ID): RequestKey {
  const low = offset >>> 0;
  const high = Math.floor(offset / 0x1_0000_0000);
  const id = call === NO_ID ? 0 : call + 1;
  const words = (seed: number) => hex64(mix(seed, clientStart, low, id), mix(~seed, serverStart, high, low));
  return { trace: words(1) + words(2), client: words(3), server: words(4) };
}

/** 32 bits of three words (the finalizer of MurmurHash3 after each). Never 0, which no id may be. */
function mix(seed: number, a: number, b: number, c: number): number {
  let hash = seed;
  for (const word of [a, b, c]) {
    hash = Math.imul(hash ^ word, 0x9e3779b1);
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    hash ^= hash >>> 16;
  }
  return hash >>> 0 || 1;
}
