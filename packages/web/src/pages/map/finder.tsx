import { Combobox, TextInput, useCombobox } from '@mantine/core';
import type { MapNode } from '@sonde/api';
import { useState } from 'react';
import { matches } from '../../base/compare.ts';
import { useText } from '../../data/text.ts';
import { Icon } from '../../widgets/icon.tsx';

const MOST_SHOWN = 20;

/** Type a part of a name, choose, and the map draws its surroundings. */
export function Finder({
  nodes,
  onFind,
}: {
  readonly nodes: readonly MapNode[];
  readonly onFind: (id: string) => void;
}) {
  const text = useText();
  const [typed, setTyped] = useState('');
  const combobox = useCombobox({ onDropdownClose: () => combobox.resetSelectedOption() });
  const found = nodes.filter((node) => matches(typed, node.name)).slice(0, MOST_SHOWN);
  return (
    <Combobox
      store={combobox}
      size="xs"
      onOptionSubmit={(id) => {
        onFind(id);
        setTyped('');
        combobox.closeDropdown();
      }}
    >
      <Combobox.Target>
        <TextInput
          size="xs"
          w={220}
          aria-label={text.map.find}
          placeholder={text.map.find}
          leftSection={<Icon name="search" size={14} />}
          value={typed}
          onChange={(event) => {
            setTyped(event.currentTarget.value);
            combobox.openDropdown();
            combobox.selectFirstOption();
          }}
          onFocus={() => combobox.openDropdown()}
          onBlur={() => combobox.closeDropdown()}
        />
      </Combobox.Target>
      <Combobox.Dropdown>
        <Combobox.Options mah={300} style={{ overflowY: 'auto' }}>
          {found.map((node) => (
            <Combobox.Option key={node.id} value={node.id}>
              {node.name}
            </Combobox.Option>
          ))}
          {found.length === 0 && <Combobox.Empty>{text.services.noMatch}</Combobox.Empty>}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  );
}
