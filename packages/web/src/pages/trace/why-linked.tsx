import type { TraceSpan } from '@sonde/api';
import { Link } from '@tanstack/react-router';
import { percent } from '../../base/format.ts';
import { isSaid, isUncertain } from '../../base/trace-rows.ts';
import { type Text, useText } from '../../data/text.ts';
import css from './span-panel.module.css';

interface WhyLinkedProps {
  readonly span: TraceSpan;
  readonly parent: TraceSpan | undefined;
  readonly byId: ReadonlyMap<string, TraceSpan>;
  readonly onSelect: (id: string) => void;
}

/** Why a span hangs below its parent: the method, how sure it is, and the ids of both that agree. */
export function WhyLinked({ span, parent, byId, onSelect }: WhyLinkedProps) {
  const { trace } = useText();
  const nameOf = (id: string) => {
    const known = byId.get(id);
    return known === undefined ? '' : `${known.service} ${known.name}`;
  };
  const { link, candidates } = span;
  return (
    <section aria-label={trace.why}>
      <h3>{trace.why}</h3>
      {link === null || parent === undefined ? (
        <p className={css.note}>{candidates.length > 0 ? trace.noneSure : trace.root}</p>
      ) : (
        <>
          <dl className={css.facts}>
            <dt>{trace.parent}</dt>
            <dd>
              <button type="button" className={css.link} onClick={() => onSelect(parent.id)}>
                {parent.service} {parent.name}
              </button>
            </dd>
            <dt>{trace.method}</dt>
            <dd>
              <code>{link.method}</code> {trace.methods[link.method] ?? trace.otherMethod}
            </dd>
            <dt>{trace.confidence}</dt>
            <dd data-uncertain={isUncertain(span)}>
              {percent(link.confidence)} · {sureness(trace, link)}
            </dd>
          </dl>
          <Evidence span={span} parent={parent} />
        </>
      )}
      {candidates.length > 0 && (
        <>
          <h4>{trace.candidates}</h4>
          <ul className={css.candidates}>
            {candidates.map((candidate) => (
              <li key={`${candidate.trace} ${candidate.span}`}>
                <Link to="/traces/$id" params={{ id: candidate.trace }} search={{ span: candidate.span }}>
                  <code>{candidate.span}</code>
                </Link>{' '}
                {nameOf(candidate.span)} <code>{candidate.method}</code> {percent(candidate.confidence)}
                <br />
                <small>{trace.methods[candidate.method] ?? trace.otherMethod}</small>
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

function sureness(trace: Text['trace'], link: NonNullable<TraceSpan['link']>): string {
  if (link.confidence < 1) return trace.wrongIn(Math.round(1 / (1 - link.confidence)));
  return isSaid(link.method) ? trace.exact : trace.noneWrong;
}

/** The ids that make the link, of both spans side by side; equal ones are marked. */
function Evidence({ span, parent }: { readonly span: TraceSpan; readonly parent: TraceSpan }) {
  const { trace } = useText();
  const contextual = span.link?.method === 'context' || span.link?.method === 'header';
  const all: [string, string | undefined, string | undefined][] = [
    [trace.connection, parent.attributes['sonde.connection'], span.attributes['sonde.connection']],
    [trace.requestOffset, parent.attributes['sonde.request.offset'], span.attributes['sonde.request.offset']],
    [
      trace.contextSpan,
      contextual
        ? (parent.attributes['sonde.context.span_id'] ?? parent.id)
        : parent.attributes['sonde.context.span_id'],
      span.attributes['sonde.context.span_id'],
    ],
    [trace.spanId, parent.id, span.id],
  ];
  const rows = all.filter(([, theirs, own]) => theirs !== undefined || own !== undefined);
  return (
    <table className={css.evidence}>
      <caption className="visually-hidden">{trace.evidence}</caption>
      <thead>
        <tr>
          <th scope="col">{trace.evidence}</th>
          <th scope="col">{trace.parent}</th>
          <th scope="col">{trace.thisSpan}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(([name, theirs, own]) => (
          <tr key={name} data-same={theirs !== undefined && theirs === own}>
            <th scope="row">{name}</th>
            <td>{theirs ?? '—'}</td>
            <td>{own ?? '—'}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
