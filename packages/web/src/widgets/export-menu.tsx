import { ActionIcon, Menu } from '@mantine/core';
import { csvOf, type ExportColumn, fileName } from '../base/export.ts';
import { useText } from '../data/text.ts';
import { download } from './download.ts';
import { Icon } from './icon.tsx';

interface ExportMenuProps<Row> {
  /** Names the file. */
  readonly label: string;
  readonly columns: readonly ExportColumn<Row>[];
  readonly rows: readonly Row[];
}

/** The rows of a table as a file: CSV with its columns, JSON with all the API said. */
export function ExportMenu<Row>({ label, columns, rows }: ExportMenuProps<Row>) {
  const { export: words } = useText();
  const title = `${words.label}: ${label}`;
  return (
    <Menu>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size={26} aria-label={title} title={title} disabled={!rows.length}>
          <Icon name="download" size={15} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => download(`${fileName(label)}.csv`, 'text/csv', csvOf(columns, rows))}>
          {words.csv}
        </Menu.Item>
        <Menu.Item
          onClick={() => download(`${fileName(label)}.json`, 'application/json', JSON.stringify(rows, null, 2))}
        >
          {words.json}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
