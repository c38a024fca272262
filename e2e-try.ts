import { measureEndToEnd } from './bench/linker/e2e-debug.ts';
console.log(await measureEndToEnd());
