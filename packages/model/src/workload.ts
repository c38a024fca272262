/** What a pod belongs to, by its kind in Kubernetes: Deployment, StatefulSet, Job, … */
export interface Workload {
  readonly kind: string;
  readonly name: string;
}

/** A ReplicaSet made by a Deployment bears its name and a hash of the template. */
const OF_DEPLOYMENT = /^(.+)-[bcdfghjklmnpqrstvwxz2456789]{6,10}$/;

/** The workload behind the owner of a pod: of a ReplicaSet the Deployment that made it. */
export function workloadOf({ kind, name }: Workload): Workload {
  const deployment = kind === 'ReplicaSet' ? OF_DEPLOYMENT.exec(name) : null;
  return deployment ? { kind: 'Deployment', name: deployment[1] } : { kind, name };
}
