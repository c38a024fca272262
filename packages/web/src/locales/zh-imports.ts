import type { en } from './en-imports.ts';

export const zh: typeof en = {
  title: 'Datadog Agent 上报',
  since: '服务启动以来的消息数',
  stored: '已存储',
  repeated: '重复',
  ignored: '未使用的类型',
  refused: '已拒绝',
  unread: '无法读取的部分',
  problems: '拒绝与无法读取',
  what: '对象',
  reason: '原因',
  count: '数量',
  ofMessage: '消息',
  ofPart: '部分',
};
