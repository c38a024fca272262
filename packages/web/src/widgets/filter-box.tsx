import { ActionIcon, TextInput } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { useText } from '../data/text.ts';
import { Icon } from './icon.tsx';

interface FilterBoxProps {
  readonly label: string;
  readonly placeholder: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly width?: number;
}

/** `/` anywhere on the page goes to it, Escape empties it. */
export function FilterBox({ label, placeholder, value, onChange, width = 260 }: FilterBoxProps) {
  const text = useText();
  const input = useRef<HTMLInputElement>(null);
  // What is typed shows at once; the URL follows in its own time.
  const [shown, setShown] = useState(value);
  const sent = useRef(value);
  useEffect(() => {
    if (value !== sent.current) setShown(value);
    sent.current = value;
  }, [value]);
  const change = (next: string) => {
    setShown(next);
    sent.current = next;
    onChange(next);
  };
  useEffect(() => {
    const focus = (event: KeyboardEvent) => {
      const typing =
        event.target instanceof HTMLElement && event.target.closest('input, textarea, select, [contenteditable]');
      if (event.key !== '/' || typing || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      input.current?.focus();
    };
    window.addEventListener('keydown', focus);
    return () => window.removeEventListener('keydown', focus);
  }, []);
  return (
    <TextInput
      ref={input}
      size="xs"
      w={width}
      maw="100%"
      aria-label={label}
      aria-keyshortcuts="/"
      placeholder={`${placeholder}  /`}
      value={shown}
      onChange={(event) => change(event.currentTarget.value)}
      onKeyDown={(event) => event.key === 'Escape' && change('')}
      leftSection={<Icon name="search" size={14} />}
      rightSection={
        shown !== '' && (
          <ActionIcon
            variant="subtle"
            color="gray"
            size={20}
            aria-label={text.services.clear}
            onClick={() => change('')}
          >
            <Icon name="close" size={12} />
          </ActionIcon>
        )
      }
    />
  );
}
