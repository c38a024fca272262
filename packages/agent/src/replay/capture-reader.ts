import { ReplayError } from './errors.ts';
import { type CaptureFormat, DAMAGED, NEED_BYTES, type PacketSink } from './packet.ts';
import { PCAP_HEADER_BYTES, pcapFormat } from './pcap.ts';
import { PcapNg, SECTION_HEADER } from './pcapng.ts';

/** Why a capture ended before its end. */
export type Ending = 'whole' | 'cut' | 'damaged';

/**
 * Packets of one capture file, which comes in chunks of any size. Memory: one record, at most MAX_RECORD bytes.
 *
 * @throws ReplayError SONDE_REPLAY_FORMAT from `push` or `end` where the file is no capture
 */
export class CaptureReader {
  packets = 0;
  /** Bytes read as records. */
  position = 0;
  #ending: Ending = 'whole';
  #format: CaptureFormat | null = null;
  #rest = new Uint8Array(0);
  readonly #sink: PacketSink;

  constructor(sink: PacketSink) {
    this.#sink = {
      packet: (packet) => {
        this.packets++;
        sink.packet(packet);
      },
    };
  }

  push(chunk: Uint8Array): void {
    if (this.#ending !== 'whole') return;
    let bytes = chunk;
    if (this.#rest.length > 0) {
      bytes = new Uint8Array(this.#rest.length + chunk.length);
      bytes.set(this.#rest);
      bytes.set(chunk, this.#rest.length);
    }
    let at = 0;
    if (!this.#format) {
      if (bytes.length < PCAP_HEADER_BYTES) {
        this.#rest = bytes.slice();
        return;
      }
      at = this.#open(bytes);
    }
    for (;;) {
      const consumed = (this.#format as CaptureFormat).record(bytes, at, bytes.length, this.#sink);
      if (consumed === NEED_BYTES) break;
      if (consumed === DAMAGED) {
        this.#ending = 'damaged';
        at = bytes.length;
        break;
      }
      at += consumed;
      this.position += consumed;
    }
    this.#rest = bytes.slice(at);
  }

  /** No more bytes come. */
  end(): Ending {
    if (!this.#format) throw notACapture(this.#rest);
    if (this.#ending === 'whole' && this.#rest.length > 0) this.#ending = 'cut';
    return this.#ending;
  }

  #open(bytes: Uint8Array): number {
    if (new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0) === SECTION_HEADER) {
      this.#format = new PcapNg();
      return 0;
    }
    this.#format = pcapFormat(bytes, 0);
    if (!this.#format) throw notACapture(bytes);
    this.position = PCAP_HEADER_BYTES;
    return PCAP_HEADER_BYTES;
  }
}

function notACapture(bytes: Uint8Array): ReplayError {
  if (bytes.length === 0) return new ReplayError('SONDE_REPLAY_FORMAT', 'the file is empty');
  const begins = Buffer.from(bytes.subarray(0, 4)).toString('hex');
  return new ReplayError('SONDE_REPLAY_FORMAT', `neither pcap nor pcapng: it begins with the bytes ${begins}`);
}
