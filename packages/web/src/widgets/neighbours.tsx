import type { ServiceDetail } from '@sonde/api';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { duration, percent, rate } from '../base/format.ts';
import { errorLevel } from '../base/health.ts';
import { useText } from '../data/text.ts';
import css from './neighbours.module.css';
import { KindIcon, Leveled } from './tags.tsx';

type Peer = ServiceDetail['upstream'][number];

const ROW = 48;
const SHOWN = 6;

const busiest = (peers: readonly Peer[]) => [...peers].sort((a, b) => b.requests - a.requests);

/** Three columns: who calls the service, the service, what it calls; a line's width is its rate, its colour its errors. */
export function Neighbours({ service }: { readonly service: ServiceDetail }) {
  const text = useText();
  const [all, setAll] = useState(false);
  const pick = (peers: readonly Peer[]) => (all ? busiest(peers) : busiest(peers).slice(0, SHOWN));
  const upstream = pick(service.upstream);
  const downstream = pick(service.downstream);
  const rows = Math.max(upstream.length, downstream.length, 1);
  const hidden = service.upstream.length + service.downstream.length - upstream.length - downstream.length;
  const top = Math.max(1e-9, ...upstream.map((peer) => peer.rate), ...downstream.map((peer) => peer.rate));
  return (
    <div className={css.map}>
      <Peers title={text.service.upstream} peers={upstream} none={text.service.noUpstream} rows={rows} />
      <Lines peers={upstream} rows={rows} top={top} />
      <div className={css.self}>
        <KindIcon kind={service.kind} />
        <strong>{service.name}</strong>
        <span>{rate(service.rate)}</span>
      </div>
      <Lines peers={downstream} rows={rows} top={top} outgoing />
      <Peers title={text.service.downstream} peers={downstream} none={text.service.noDownstream} rows={rows} />
      {(hidden > 0 || all) && (
        <button type="button" className={css.more} onClick={() => setAll(!all)}>
          {all ? text.service.fewer : text.service.more(hidden)}
        </button>
      )}
    </div>
  );
}

interface PeersProps {
  readonly title: string;
  readonly peers: readonly Peer[];
  readonly none: string;
  readonly rows: number;
}

function Peers({ title, peers, none, rows }: PeersProps) {
  return (
    <section>
      <h3>{title}</h3>
      <ul className={css.peers} style={{ minHeight: rows * ROW }}>
        {peers.length === 0 && <li className={css.none}>{none}</li>}
        {peers.map((peer) => (
          <li key={peer.name} style={{ height: ROW }}>
            <Link to="/services/$name" params={{ name: peer.name }} className={css.peer}>
              <strong>{peer.name}</strong>
              <span>
                {rate(peer.rate)} · <Leveled level={errorLevel(peer.errorRate)}>{percent(peer.errorRate)}</Leveled> ·
                P95 {duration(peer.latency.p95)}
              </span>
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}

interface LinesProps {
  readonly peers: readonly Peer[];
  readonly rows: number;
  readonly top: number;
  readonly outgoing?: boolean;
}

function Lines({ peers, rows, top, outgoing = false }: LinesProps) {
  const height = rows * ROW;
  const offset = (height - peers.length * ROW) / 2;
  return (
    <svg
      className={css.lines}
      viewBox={`0 0 100 ${height}`}
      style={{ height }}
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      {peers.map((peer, index) => {
        const y = offset + (index + 0.5) * ROW;
        const [a, b] = outgoing ? [height / 2, y] : [y, height / 2];
        return (
          <path
            key={peer.name}
            d={`M0 ${a} C50 ${a} 50 ${b} 100 ${b}`}
            data-level={errorLevel(peer.errorRate)}
            strokeWidth={1 + 4 * Math.sqrt(peer.rate / top)}
          />
        );
      })}
    </svg>
  );
}
