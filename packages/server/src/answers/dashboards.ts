import { ApiError, type Dashboard, dashboard, dashboardId } from '@sonde/api';
import type { Plan, Store } from '@sonde/store';
import { isProvided, PROVIDED } from '../dashboards/provided.ts';
import type { Answers } from './answers.ts';
import { metaOf } from './meta.ts';
import { measurementOf } from './panels.ts';

function own(id: string): string {
  if (!dashboardId.safeParse(id).success)
    throw new ApiError('SONDE_API_BAD_DASHBOARD', `${id} is no id of letters and digits`);
  if (isProvided(id))
    throw new ApiError('SONDE_API_BAD_DASHBOARD', `${id} comes with Sonde: duplicate it to change it`);
  return id;
}

async function storedIn(store: Store): Promise<ReadonlyMap<string, Dashboard>> {
  const all = (await store.settingsOf('dashboards')).filter(({ deleted }) => !deleted);
  return new Map(all.map(({ id, body }) => [id, dashboard.parse(JSON.parse(body))]));
}

/** Answers about dashboards, and the numbers of their panels. Several servers may share the store, so nothing is held. */
export function dashboardAnswers(
  store: Store,
): Pick<Answers, 'dashboards' | 'dashboard' | 'putDashboard' | 'deleteDashboard' | 'measure'> {
  /** Throws SONDE_API_NOT_FOUND. */
  const sideOf = async (plan: Plan, name: string) => {
    const side = await store.sideOf(plan, name);
    if (side === null) throw new ApiError('SONDE_API_NOT_FOUND', `service ${name} was not seen in the range`);
    return side;
  };
  const found = async (id: string): Promise<Dashboard> => {
    const one = PROVIDED.get(id) ?? (await storedIn(store)).get(id);
    if (one === undefined) throw new ApiError('SONDE_API_NOT_FOUND', `there is no dashboard ${id}`);
    return one;
  };
  let version = 0;
  const next = () => (version = Math.max(version + 1, Date.now() * 1000));
  return {
    async dashboards() {
      const made = [...(await storedIn(store))].sort(([, a], [, b]) => a.name.localeCompare(b.name));
      return {
        dashboards: [...PROVIDED, ...made].map(([id, { name, description, kind, panels }]) => ({
          id,
          name,
          description,
          ...(kind === undefined ? {} : { kind }),
          provided: isProvided(id),
          panels: panels.length,
        })),
      };
    },
    async dashboard(_range, { id }) {
      return { id, provided: isProvided(id), dashboard: await found(id) };
    },
    async putDashboard(_range, { id, body }) {
      await store.putSetting('dashboards', own(id), JSON.stringify(body), next());
      return { id };
    },
    async deleteDashboard(_range, { id }) {
      await found(own(id));
      await store.putSetting('dashboards', id, null, next());
      return { id };
    },
    async measure(range, input) {
      const plan = store.plan(range);
      const [side, meta] = await Promise.all([
        input.service === undefined ? null : sideOf(plan, input.service),
        metaOf(store, plan),
      ]);
      return { meta, ...(await measurementOf(store, plan, input, side)) };
    },
  };
}
