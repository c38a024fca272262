export { unifiedMount } from './cgroup.ts';
export { type Shop, ShopError, type ShopOptions, type ShopService, startShop } from './shop.ts';
export { readTruth, type TruthRecord } from './truth.ts';
