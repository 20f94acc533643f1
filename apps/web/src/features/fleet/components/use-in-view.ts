'use client';

import { type RefObject, useEffect, useRef, useState } from 'react';

const listeners = new WeakMap<Element, (near: boolean) => void>();
let observer: IntersectionObserver | undefined;

function observe(element: Element, listener: (near: boolean) => void): () => void {
  observer ??= new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) listeners.get(target)?.(isIntersecting);
    },
    { rootMargin: '400px 0px' },
  );
  const shared = observer;
  listeners.set(element, listener);
  shared.observe(element);
  return () => {
    shared.unobserve(element);
    listeners.delete(element);
  };
}

/** True while the element is in sight or close to it: thousands of rows cost only those that are looked at. */
export function useInView(initially: boolean): [RefObject<HTMLLIElement | null>, boolean] {
  const ref = useRef<HTMLLIElement>(null);
  const [near, setNear] = useState(initially);
  useEffect(() => (ref.current === null ? undefined : observe(ref.current, setNear)), []);
  return [ref, near];
}
