/** What a person did to an element, and how it is done again. */
export interface EarlyAct {
  readonly element: HTMLElement;
  readonly replay: () => void;
  /** Whether a field still shows it; absent: it is done once. */
  readonly holds?: () => boolean;
}

/**
 * How an event is done again once React has taken over its element; null: it is none of a field, button or form. Uses
 * nothing from outside itself, see `EarlyScript`.
 */
export function earlyActOf({ type, target }: Event): EarlyAct | null {
  if (type === 'submit') {
    if (!(target instanceof HTMLFormElement)) return null;
    return { element: target, replay: () => target.requestSubmit() };
  }
  if (type === 'click') {
    const button = target instanceof Element ? target.closest('button') : null;
    // A button that sends a form is told by the form.
    if (button === null || (button.type === 'submit' && button.form !== null)) return null;
    return { element: button, replay: () => button.click() };
  }
  if (target instanceof HTMLSelectElement) {
    const { value } = target;
    const replay = () => {
      target.value = value;
      target.dispatchEvent(new Event('change', { bubbles: true }));
    };
    return { element: target, replay, holds: () => target.value === value };
  }
  const isField = target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement;
  if (!isField || target.type === 'file') return null;
  const { value } = target;
  if (target instanceof HTMLInputElement && /^(?:radio|checkbox)$/.test(target.type)) {
    const { checked } = target;
    const replay = () => {
      target.checked = !checked;
      target.click();
    };
    return { element: target, replay, holds: () => target.checked === checked };
  }
  const replay = () => {
    // React passes over an input event whose value it has seen: it is shown another one first.
    target.value = value === '' ? '0' : '';
    const prototype: unknown = Object.getPrototypeOf(target);
    Object.getOwnPropertyDescriptor(prototype, 'value')?.set?.call(target, value);
    target.dispatchEvent(new Event('input', { bubbles: true }));
  };
  return { element: target, replay, holds: () => target.value === value };
}

/**
 * Keeps what a person does before React has taken over the page, and does it again then: what is typed or chosen in a
 * field, a press of a button, a form that was sent; of each element the last. Until then `<html data-starting>` says
 * that the page is not ready. Uses nothing from outside itself, see `EarlyScript`.
 */
export function keepEarlyInput(actOf: (event: Event) => EarlyAct | null): void {
  const EVENTS = ['input', 'change', 'click', 'submit'];
  const LOOK_MS = 50;
  // React is there a moment before it listens, and the router writes the address anew after that: a field is looked
  // after for a second.
  const LOOKS = 20;
  const root = document.documentElement;
  const kept = new Map<HTMLElement, { readonly act: EarlyAct; looks: number }>();

  // React marks each element that it has taken over; there is no public sign of it.
  const isReady = (element: Element): boolean =>
    Object.keys(element).some((name) => name.startsWith('__reactProps$'));

  const note = (event: Event): void => {
    const act = actOf(event);
    if (act === null) return;
    if (isReady(act.element)) {
      // What a person does now counts more than what they did before.
      if (event.isTrusted) kept.delete(act.element);
      return;
    }
    if (event.type === 'submit') event.preventDefault();
    kept.delete(act.element);
    kept.set(act.element, { act, looks: 0 });
  };

  const isStarting = (): boolean =>
    document.readyState !== 'complete' ||
    kept.size > 0 ||
    ![...document.querySelectorAll('button, input, select, textarea, form')].every(isReady);

  const look = (): void => {
    for (const [element, one] of kept) {
      const { replay, holds } = one.act;
      if (element.isConnected && !isReady(element)) break;
      if (!element.isConnected || holds === undefined || one.looks === LOOKS) kept.delete(element);
      const isDue = one.looks === 0 || one.looks === LOOKS / 2 || holds?.() === false;
      one.looks += 1;
      if (element.isConnected && isDue) replay();
    }
    if (isStarting()) {
      setTimeout(look, LOOK_MS);
      return;
    }
    delete root.dataset['starting'];
    for (const type of EVENTS) document.removeEventListener(type, note, true);
  };

  root.dataset['starting'] = '';
  for (const type of EVENTS) document.addEventListener(type, note, true);
  setTimeout(look, LOOK_MS);
}
