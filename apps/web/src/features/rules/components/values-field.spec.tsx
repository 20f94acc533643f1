// @vitest-environment happy-dom
import type { AttributeValue } from '@recloser/core';
import { cleanup, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useState } from 'react';
import { afterEach, describe, expect, it } from 'vitest';
import { ValuesField } from './values-field';

afterEach(cleanup);

function setUp(values: readonly AttributeValue[] = []) {
  let told = values;
  function Editor() {
    const [list, setList] = useState(values);
    return (
      <ValuesField
        values={list}
        operator="in"
        disabled={false}
        onChange={(next) => {
          told = next;
          setList(next);
        }}
      />
    );
  }
  render(<Editor />);
  return {
    user: userEvent.setup(),
    field: screen.getByRole('textbox', { name: 'Values' }),
    told: () => told,
    chips: () => screen.queryAllByRole('listitem').map((chip) => chip.textContent),
  };
}

describe('the list of values of a rule', () => {
  it('keeps a value with a comma whole, whatever else is edited', async () => {
    const { user, field, told, chips } = setUp(['Acme, Inc.', 'Foo']);
    await user.type(field, 'Bar{Enter}');
    expect(told()).toEqual(['Acme, Inc.', 'Foo', 'Bar']);
    expect(chips()).toEqual(['Acme, Inc.', 'Foo', 'Bar']);
  });

  it.each([
    ['lines', 'a\nb\r\nc', ['a', 'b', 'c']],
    ['a row of CSV', 'a,"b, c",d', ['a', 'b, c', 'd']],
    ['ids that only look like numbers', '0123456789012\n1.10', ['0123456789012', '1.10']],
  ])('takes pasted %s', async (_what, text, values) => {
    const { user, field, told } = setUp();
    await user.click(field);
    await user.paste(text);
    expect(told()).toEqual(values);
  });

  it('counts what is being typed before it is a chip', async () => {
    const { user, field, told, chips } = setUp(['a']);
    await user.type(field, 'b');
    expect(told()).toEqual(['a', 'b']);
    expect(chips()).toEqual(['a']);
  });

  it('removes the last one by Backspace, and any by its button', async () => {
    const { user, field, told } = setUp(['a', 'b', 'c']);
    await user.click(screen.getByRole('button', { name: 'Remove a' }));
    await user.click(field);
    await user.keyboard('{Backspace}');
    expect(told()).toEqual(['b']);
  });

  it('names the type of what is no text', () => {
    const { chips } = setUp(['1', 1, true]);
    expect(chips()).toEqual(['1', '1number', 'trueboolean']);
  });

  it('draws the first of many, and finds the others', async () => {
    const { user, chips } = setUp(Array.from({ length: 1_000 }, (_, index) => `id-${index}`));
    expect(chips()).toHaveLength(30);
    await user.type(screen.getByRole('searchbox', { name: 'Search values' }), 'id-99');
    expect(chips()).toEqual([
      'id-99',
      ...Array.from({ length: 10 }, (_, index) => `id-99${index}`),
    ]);
  });
});
