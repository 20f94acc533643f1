'use client';

import { Rows2, Rows4, Search, SlidersHorizontal, X } from 'lucide-react';
import { memo, useEffect, useRef, useState } from 'react';
import { Button } from '@/components/ui/button';
import { Input, Select } from '@/components/ui/field';
import { Segmented } from '@/components/ui/segmented';
import { isTyping } from '@/features/palette/is-typing';
import { cn } from '@/lib/cn';
import {
  type FleetChoices,
  type FleetCounts,
  type FleetFilter,
  filterQuery,
  GROUPINGS,
  isFiltering,
} from '../fleet-view';
import { StateChips } from './state-chips';
import { ViewsMenu } from './views-menu';

const DENSITY_OPTIONS = [
  {
    value: 'comfortable',
    label: (
      <>
        <Rows2 size={14} aria-hidden />
        <span className="sr-only">Comfortable</span>
      </>
    ),
  },
  {
    value: 'compact',
    label: (
      <>
        <Rows4 size={14} aria-hidden />
        <span className="sr-only">Compact</span>
      </>
    ),
  },
] as const;

const GROUPING_WORDS = {
  none: 'No groups',
  owner: 'By owner',
  tag: 'By tag',
  service: 'By service',
} as const;

interface PartProps {
  readonly filter: FleetFilter;
  readonly onChange: (change: Partial<FleetFilter>) => void;
}

interface FleetToolbarProps extends PartProps {
  readonly choices: FleetChoices;
  readonly counts: FleetCounts;
}

function SearchField({ filter, onChange }: PartProps) {
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
    <div className="relative min-w-40 flex-1 sm:max-w-64">
      <Search size={14} className="absolute top-2.25 left-2.5 text-fg-3" aria-hidden />
      <Input
        ref={ref}
        type="search"
        aria-label="Search breakers"
        placeholder="Search breakers"
        value={filter.text}
        onChange={({ target }) => {
          onChange({ text: target.value });
        }}
        className="pl-8"
      />
    </div>
  );
}

interface ChoiceProps {
  readonly label: string;
  readonly value: string;
  readonly choices: readonly string[];
  readonly onChange: (value: string) => void;
}

function Choice({ label, value, choices, onChange }: ChoiceProps) {
  if (choices.length === 0) return null;
  return (
    <Select
      aria-label={label}
      value={value}
      onChange={({ target }) => {
        onChange(target.value);
      }}
      className="w-auto max-w-40"
    >
      <option value="">Any {label.toLowerCase()}</option>
      {choices.map((choice) => (
        <option key={choice}>{choice}</option>
      ))}
    </Select>
  );
}

function Layout({ filter, onChange }: PartProps) {
  return (
    <>
      <Select
        aria-label="Groups"
        value={filter.grouping}
        onChange={({ target }) => {
          const grouping = GROUPINGS.find((one) => one === target.value);
          if (grouping !== undefined) onChange({ grouping });
        }}
        className="w-auto"
      >
        {GROUPINGS.map((grouping) => (
          <option key={grouping} value={grouping}>
            {GROUPING_WORDS[grouping]}
          </option>
        ))}
      </Select>
      <Segmented
        label="Density"
        value={filter.density}
        options={DENSITY_OPTIONS}
        onChange={(density) => {
          onChange({ density });
        }}
      />
      <ViewsMenu here={filterQuery(filter)} />
    </>
  );
}

function Filters({ filter, choices, onChange }: Omit<FleetToolbarProps, 'counts'>) {
  return (
    <>
      <Choice
        label="Owner"
        value={filter.owner}
        choices={choices.owners}
        onChange={(owner) => {
          onChange({ owner });
        }}
      />
      <Choice
        label="Tag"
        value={filter.tag}
        choices={choices.tags}
        onChange={(tag) => {
          onChange({ tag });
        }}
      />
      {isFiltering(filter) ? (
        <Button
          variant="ghost"
          onClick={() => {
            onChange({ text: '', owner: '', tag: '', groups: [] });
          }}
        >
          <X size={14} aria-hidden /> Clear
        </Button>
      ) : null}
      <span className="flex flex-wrap gap-2 sm:ml-auto">
        <Layout filter={filter} onChange={onChange} />
      </span>
    </>
  );
}

/** What is shown, and how. On a phone all but states and search is folded: trouble comes first there, too. */
export const FleetToolbar = memo(function FleetToolbar({
  filter,
  choices,
  counts,
  onChange,
}: FleetToolbarProps) {
  const [unfolded, setUnfolded] = useState(false);
  return (
    <div className="flex flex-col gap-2">
      <StateChips
        counts={counts}
        chosen={filter.groups}
        onChange={(groups) => {
          onChange({ groups });
        }}
      />
      <div className="flex flex-wrap items-center gap-2">
        <SearchField filter={filter} onChange={onChange} />
        <Button
          aria-expanded={unfolded}
          onClick={() => {
            setUnfolded(!unfolded);
          }}
          className="sm:hidden"
        >
          <SlidersHorizontal size={14} aria-hidden /> Filters
        </Button>
        <div
          className={cn(
            'flex-1 flex-wrap items-center gap-2 max-sm:w-full max-sm:flex-none',
            unfolded ? 'flex' : 'hidden sm:flex',
          )}
        >
          <Filters filter={filter} choices={choices} onChange={onChange} />
        </div>
      </div>
    </div>
  );
});
