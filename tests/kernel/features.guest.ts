/** Runs in a guest: what its kernel offers, as JSON. */
import { hookLevel, probeFeatures } from '../../packages/libbpf/src/index.ts';

const features = probeFeatures();
console.log(JSON.stringify({ hookLevel: hookLevel(features), features }));
