/** One captured packet. Reused by the reader: a sink copies what it keeps. */
export class Packet {
  /** LINKTYPE_ number of the interface (tcpdump.org/linktypes.html). */
  linkType = 0;
  /** Time since 1970-01-01 UTC: whole seconds, and nanoseconds below one second. */
  seconds = 0;
  nanoseconds = 0;
  /** Captured bytes are `bytes[start, end)`. */
  bytes: Uint8Array = new Uint8Array(0);
  start = 0;
  end = 0;
  /** Length on the wire; more than was captured where a snap length cut it. */
  wireLength = 0;
}

export interface PacketSink {
  packet(packet: Packet): void;
}

/** A capture format: consumes records from the start of the bytes it is given. */
export interface CaptureFormat {
  /**
   * Reads one record at `start`, handing over the packet it may hold. Returns the bytes consumed, NEED_BYTES where the
   * record goes on past `end`, or DAMAGED where it cannot be one.
   */
  record(bytes: Uint8Array, start: number, end: number, sink: PacketSink): number;
}

export const NEED_BYTES = 0;
export const DAMAGED = -1;

/** More than any capture tool writes as one record; a larger length means damage. */
export const MAX_RECORD = 1 << 24;
