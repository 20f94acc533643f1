/** What a person did to an element, and how it is done again. */
export interface EarlyAct {
  readonly element: HTMLElement;
  readonly replay: () => void;
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
    return { element: target, replay };
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
    return { element: target, replay };
  }
  const replay = () => {
    // React passes over an input event whose value it has seen: it is shown another one first.
    target.value = value === '' ? '0' : '';
    const prototype: unknown = Object.getPrototypeOf(target);
    Object.getOwnPropertyDescriptor(prototype, 'value')?.set?.call(target, value);
    target.dispatchEvent(new Event('input', { bubbles: true }));
  };
  return { element: target, replay };
}

/**
 * Keeps what a person does before React has taken over the page, and does it again then: what is typed or chosen in a
 * field, a press of a button, a form that was sent; of each element the last. Until then `<html data-starting>` says
 * that the page is not ready. Uses nothing from outside itself, see `EarlyScript`.
 */
export function keepEarlyInput(actOf: (event: Event) => EarlyAct | null): void {
  const EVENTS = ['input', 'change', 'click', 'submit'];
  const LOOK_MS = 50;
  const root = document.documentElement;
  const kept = new Map<HTMLElement, () => void>();

  // React marks each element that it has taken over; there is no public sign of it.
  const isReady = (element: Element): boolean =>
    Object.keys(element).some((name) => name.startsWith('__reactProps$'));

  const note = (event: Event): void => {
    const act = actOf(event);
    // What is done again here is done to elements that are ready.
    if (act === null || isReady(act.element)) return;
    if (event.type === 'submit') event.preventDefault();
    kept.delete(act.element);
    kept.set(act.element, act.replay);
  };

  const isStarting = (): boolean =>
    document.readyState !== 'complete' ||
    kept.size > 0 ||
    ![...document.querySelectorAll('button, input, select, textarea, form')].every(isReady);

  const look = (): void => {
    for (const [element, replay] of kept) {
      if (element.isConnected && !isReady(element)) break;
      kept.delete(element);
      if (element.isConnected) replay();
      // One at a time: what it changes is drawn before the next.
      break;
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
