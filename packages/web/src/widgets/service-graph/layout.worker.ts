import { type LayoutInput, layout } from './layout.ts';

self.onmessage = ({ data }: MessageEvent<{ id: number; input: LayoutInput }>) => {
  self.postMessage({ id: data.id, layout: layout(data.input) });
};
