import type { ServiceDetail } from '@sonde/api';
import { useMemo } from 'react';
import { bytes, count, duration, exact, percent, perSecond } from '../../../base/format.ts';
import { errorLevel } from '../../../base/health.ts';
import type { MessageRole } from '../../../base/messaging.ts';
import { type Topic, topicsOf } from '../../../base/topics.ts';
import { useChoice } from '../../../data/choice.ts';
import { type Text, useText } from '../../../data/text.ts';
import { useUsage } from '../../../data/usage.ts';
import { type Column, DataTable } from '../../../widgets/data-table.tsx';
import { ExportMenu } from '../../../widgets/export-menu.tsx';
import { Panel } from '../../../widgets/page.tsx';
import { QueryView } from '../../../widgets/query-view.tsx';
import { Leveled } from '../../../widgets/tags.tsx';
import { Callers, PartLink } from './cells.tsx';
import { type UsageText, useUsageText } from './text.ts';
import css from './usage.module.css';

/** Protocols whose broker answers what is published, so that it takes a time that can be told. */
const ANSWERED: readonly string[] = ['kafka', 'rocketmq', 'pulsar'];

const rateColumn = (role: MessageRole, header: string, help: string): Column<Topic> => ({
  id: role,
  header,
  help,
  numeric: true,
  width: 112,
  formula: 'rate',
  value: ({ flows }) => flows[role]?.rate ?? null,
  cell: ({ flows }) => <span title={exact(flows[role]?.requests)}>{perSecond(flows[role]?.rate)}</span>,
});

const partiesColumn = (role: MessageRole, header: string): Column<Topic> => ({
  id: `${role}-parties`,
  header,
  width: 170,
  value: ({ flows }) => flows[role]?.parties.map(({ name }) => name).join(', ') || null,
  cell: ({ flows }) => <Callers of={flows[role]?.parties ?? []} />,
});

function columnsOf(text: Text, words: UsageText, service: string, topics: readonly Topic[]): Column<Topic>[] {
  const { measures } = text;
  const has = (role: MessageRole) => topics.some(({ flows }) => flows[role] !== undefined);
  const answered = topics.some(({ protocol }) => ANSWERED.includes(protocol));
  const bytesOf = ({ flows }: Topic) => Object.values(flows).reduce((sum, flow) => sum + flow.bytes, 0);
  const all: (Column<Topic> | false)[] = [
    {
      id: 'name',
      header: words.topic,
      width: 220,
      grow: true,
      value: ({ name }) => name,
      cell: ({ protocol, name }) => (
        <PartLink service={service} protocol={protocol} target={name} none={words.noTopic} />
      ),
    },
    {
      id: 'requests',
      header: measures.requests,
      numeric: true,
      formula: 'requests',
      width: 86,
      value: ({ requests }) => requests,
      cell: ({ requests }) => <span title={exact(requests)}>{count(requests)}</span>,
    },
    rateColumn('publish', `${words.published} /s`, words.batchHelp),
    rateColumn('deliver', `${words.delivered} /s`, words.fetchHelp),
    has('ack') && rateColumn('ack', `${words.acknowledged} /s`, words.perSecond),
    {
      id: 'errors',
      header: measures.errorRate,
      numeric: true,
      formula: 'errorRate',
      width: 88,
      value: ({ errors, requests }) => errors / requests,
      cell: ({ errors, requests }) => (
        <Leveled level={errorLevel(errors / requests)} title={measures.errorsOf(exact(errors), exact(requests))}>
          {percent(errors / requests)}
        </Leveled>
      ),
    },
    answered && {
      id: 'publish-p95',
      header: words.publishLatency,
      help: words.publishLatencyHelp,
      numeric: true,
      formula: 'percentile',
      width: 110,
      value: ({ protocol, flows }) => (ANSWERED.includes(protocol) ? (flows.publish?.p95 ?? null) : null),
      cell: ({ protocol, flows }) => duration(ANSWERED.includes(protocol) ? flows.publish?.p95 : null),
    },
    {
      id: 'bytes',
      header: words.bytes,
      formula: 'bytes',
      numeric: true,
      width: 76,
      value: bytesOf,
      cell: (row) => bytes(bytesOf(row)),
    },
    partiesColumn('publish', words.producers),
    partiesColumn('deliver', words.consumers),
  ];
  return all.filter((column) => column !== false);
}

/** Topics and queues of a broker: who publishes to each and to whom it delivers, and how much. */
export default function Topics({ service: { name } }: { readonly service: ServiceDetail }) {
  const text = useText();
  const words = useUsageText();
  const query = useUsage(name, 'target-operation');
  const outgoing = useUsage(name, 'target-operation', 'out');
  const [sort, setSort] = useChoice('topics', '-requests');
  const topics = useMemo(
    () => topicsOf(name, query.data?.groups ?? [], outgoing.data?.groups ?? []),
    [name, query.data, outgoing.data],
  );
  const columns = useMemo(() => columnsOf(text, words, name, topics), [text, words, name, topics]);
  return (
    <Panel
      title={words.topics}
      flush
      aside={<ExportMenu label={`${words.topics}: ${name}`} columns={columns} rows={topics} />}
    >
      <QueryView query={query}>
        {() =>
          topics.length === 0 ? (
            <p className={css.empty}>{words.noTopics}</p>
          ) : (
            <DataTable
              label={words.topics}
              query="usage by target-operation"
              columns={columns}
              rows={topics}
              rowKey={(row) => `${row.protocol}\0${row.name}`}
              sort={sort}
              onSort={setSort}
              maxHeight={520}
            />
          )
        }
      </QueryView>
    </Panel>
  );
}
