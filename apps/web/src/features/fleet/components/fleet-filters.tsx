'use client';

import { Search, X } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { Button } from '@/components/ui/button';
import { Input, Select } from '@/components/ui/field';
import { isTyping } from '@/features/palette/palette-context';
import type { FleetChoices, FleetFilter } from '../fleet-view';

interface FleetFiltersProps {
  readonly filter: FleetFilter;
  readonly choices: FleetChoices;
  readonly onChange: (change: Partial<FleetFilter>) => void;
}

function SearchField({ filter, onChange }: Omit<FleetFiltersProps, 'choices'>) {
  const ref = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (event.key !== '/' || isTyping(event)) return;
      event.preventDefault();
      ref.current?.focus();
    };
    addEventListener('keydown', listen);
    return () => {
      removeEventListener('keydown', listen);
    };
  }, []);
  return (
    <div className="relative min-w-40 flex-1 sm:max-w-xs">
      <Search size={14} className="absolute top-2.25 left-2.5 text-fg-3" aria-hidden />
      <Input
        ref={ref}
        type="search"
        aria-label="Search breakers"
        placeholder="Search breakers"
        value={filter.text}
        onChange={(event) => {
          onChange({ text: event.target.value });
        }}
        className="pl-8"
      />
    </div>
  );
}

export function FleetFilters({ filter, choices, onChange }: FleetFiltersProps) {
  const filtered =
    filter.text !== '' || filter.owner !== '' || filter.tag !== '' || filter.groups.length > 0;
  return (
    <div className="flex flex-wrap items-center gap-2">
      <SearchField filter={filter} onChange={onChange} />
      {choices.owners.length === 0 ? null : (
        <Select
          aria-label="Owner"
          value={filter.owner}
          onChange={(event) => {
            onChange({ owner: event.target.value });
          }}
          className="w-auto max-w-44"
        >
          <option value="">Any owner</option>
          {choices.owners.map((owner) => (
            <option key={owner}>{owner}</option>
          ))}
        </Select>
      )}
      {choices.tags.length === 0 ? null : (
        <Select
          aria-label="Tag"
          value={filter.tag}
          onChange={(event) => {
            onChange({ tag: event.target.value });
          }}
          className="w-auto max-w-44"
        >
          <option value="">Any tag</option>
          {choices.tags.map((tag) => (
            <option key={tag}>{tag}</option>
          ))}
        </Select>
      )}
      {filtered ? (
        <Button
          variant="ghost"
          onClick={() => {
            onChange({ text: '', owner: '', tag: '', groups: [] });
          }}
        >
          <X size={14} aria-hidden /> Clear
        </Button>
      ) : null}
    </div>
  );
}
