import type { IconName } from '../widgets/icon.tsx';
import { agentsRoute } from './agents/route.ts';
import { mapRoute } from './map/route.ts';
import { serviceRoute } from './service/route.ts';
import { servicesRoute } from './services/route.ts';

/** A page is a folder with a `route.ts`, and one line here. */
export const routes = [servicesRoute, mapRoute, serviceRoute, agentsRoute] as const;

export interface NavigationItem {
  readonly to: (typeof routes)[number]['to'] & ('/' | '/map' | '/agents');
  readonly label: 'services' | 'map' | 'agents';
  readonly icon: IconName;
}

/** Pages reached from the navigation, in its order; the others are reached from a page. */
export const navigation: readonly NavigationItem[] = [
  { to: '/', label: 'services', icon: 'services' },
  { to: '/map', label: 'map', icon: 'map' },
  { to: '/agents', label: 'agents', icon: 'agents' },
];
