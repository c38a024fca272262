import type { Transport } from './decoder.ts';

const MDNS = 5353;
const LLMNR = 5355;
const NETBIOS_NAME = 137;

/**
 * Whether a datagram asks the neighbours for a name, or answers such a question: mDNS (RFC 6762), LLMNR (RFC 4795),
 * NetBIOS (RFC 1002). They look like DNS, but no server is behind them. A DNS server may use port 5353 too: then its
 * clients do not.
 */
export function isMulticastName({ addresses, addressBytes, destination, sourcePort, destinationPort }: Transport) {
  const first = addresses[destination];
  const isMulticast = addressBytes === 4 ? first >= 224 && first < 240 : first === 0xff;
  const either = (port: number) => sourcePort === port || destinationPort === port;
  if (either(LLMNR) || either(NETBIOS_NAME)) return true;
  return (isMulticast && either(MDNS)) || (sourcePort === MDNS && destinationPort === MDNS);
}
