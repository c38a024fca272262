import { type Alert, ApiError, alertId, alertRule, subjectsOf } from '@sonde/api';
import type { AlertSpan, Store } from '@sonde/store';
import type { AlertEngine } from '../alerts/engine.ts';
import type { Answers } from './answers.ts';
import { metaOf } from './meta.ts';

function alertOf(span: AlertSpan): Alert {
  const { name, metric, by } = alertRule.parse(JSON.parse(span.body));
  const { alert, rule, service, part, severity, started, ended, value, threshold, silenced, notified } = span;
  const numbers = { started, ended, value, threshold, silenced, notified: [...notified] };
  return { id: alert, rule, ruleName: name, metric, service, part, by, severity, ...numbers };
}

function validId(id: string): string {
  if (!alertId.safeParse(id).success) throw new ApiError('SONDE_API_BAD_QUERY', `${id} is no id of letters and digits`);
  return id;
}

/** Answers about alerts, their rules and silences. */
export function alertAnswers(
  store: Store,
  engine: AlertEngine,
): Pick<
  Answers,
  'alerts' | 'alertRules' | 'putAlertRule' | 'deleteAlertRule' | 'putAlertSilence' | 'deleteAlertSilence'
> {
  const { book } = engine;
  const found = async (what: string, id: string, removed: Promise<boolean>) => {
    if (!(await removed)) throw new ApiError('SONDE_API_NOT_FOUND', `there is no ${what} ${id}`);
    return { id };
  };
  return {
    async alerts(range, { service }) {
      const [spans, meta] = await Promise.all([
        store.alertSpans(range.from, range.to, service),
        metaOf(store, store.plan(range)),
      ]);
      const counts: Record<string, number> = {};
      for (const span of spans) counts[span.service] = (counts[span.service] ?? 0) + 1;
      return { meta, alerts: spans.map(alertOf), counts };
    },
    async alertRules() {
      const [open] = await Promise.all([store.openAlerts(), book.refresh()]);
      const firing = Map.groupBy(
        open.filter(({ state }) => state === 'firing'),
        ({ rule }) => rule,
      );
      const rules = [...book.rules].map(([id, rule]) => ({
        ...rule,
        id,
        preset: id.startsWith('preset:'),
        firing: firing.get(id)?.length ?? 0,
      }));
      const silences = [...book.silences]
        .filter(([, { until }]) => until > Date.now())
        .map(([id, silence]) => ({ ...silence, id }));
      return { rules, silences, channels: [...engine.channelNames] };
    },
    async putAlertRule(_range, { id, body }) {
      const unknown = body.channels.find((name) => !engine.channelNames.includes(name));
      if (unknown !== undefined) throw new ApiError('SONDE_API_BAD_QUERY', `channels: there is no channel ${unknown}`);
      if (body.metric === 'burn_rate' && body.windows.length === 0) {
        throw new ApiError('SONDE_API_BAD_QUERY', 'windows: a burn rate needs a pair of windows');
      }
      if (!subjectsOf(body.metric).includes(body.by)) {
        const possible = subjectsOf(body.metric).join(', ');
        throw new ApiError('SONDE_API_BAD_QUERY', `by: ${body.metric} is made by ${possible}, not by ${body.by}`);
      }
      await book.putRule(validId(id), body);
      return { id };
    },
    deleteAlertRule: (_range, { id }) => found('rule', id, book.deleteRule(id)),
    async putAlertSilence(_range, { id, body }) {
      await book.putSilence(validId(id), body);
      return { id };
    },
    deleteAlertSilence: (_range, { id }) => found('silence', id, book.deleteSilence(id)),
  };
}
