import type { ServiceDetail } from '@sonde/api';
import { type ProtocolName, type ServiceKind, serviceKind } from '@sonde/model';
import { type ComponentType, lazy, Suspense } from 'react';

type View = ComponentType<{ readonly service: ServiceDetail }>;

/** What a service of each kind is asked for; each view is loaded when the first such service is looked at. */
const VIEWS: Partial<Record<ServiceKind, View>> = {
  database: lazy(() => import('./tables.tsx')),
  cache: lazy(() => import('./key-patterns.tsx')),
  queue: lazy(() => import('./topics.tsx')),
  rpc: lazy(() => import('./methods.tsx')),
  dns: lazy(() => import('./names.tsx')),
};

/** Kinds whose view lists every endpoint, so that a list of endpoints would say it twice. */
const COMPLETE: readonly ServiceKind[] = ['rpc', 'dns'];

const kindsOf = ({ protocols }: ServiceDetail) => [
  ...new Set(protocols.map((protocol) => serviceKind(protocol as ProtocolName))),
];

/** Whether the service has endpoints that no view below lists. */
export const hasOtherEndpoints = (service: ServiceDetail): boolean => {
  const kinds = kindsOf(service);
  return kinds.length === 0 || kinds.some((kind) => !COMPLETE.includes(kind));
};

/** What a service is asked for, in the terms of each kind of protocol it speaks. */
export function Usage({ service }: { readonly service: ServiceDetail }) {
  return (
    <Suspense fallback={null}>
      {kindsOf(service).map((kind) => {
        const Kind = VIEWS[kind];
        return Kind && <Kind key={kind} service={service} />;
      })}
    </Suspense>
  );
}
