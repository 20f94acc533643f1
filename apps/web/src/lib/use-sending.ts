'use client';

import { useRef, useState } from 'react';
import { messageOf } from './problem';

/** Sends one request at a time: a second click does nothing. `problem` says why the last one failed. */
export function useSending() {
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const underWay = useRef(false);
  async function send(request: () => Promise<void>): Promise<void> {
    if (underWay.current) return;
    underWay.current = true;
    setBusy(true);
    setProblem(null);
    try {
      await request();
    } catch (error) {
      setProblem(messageOf(error));
    } finally {
      underWay.current = false;
      setBusy(false);
    }
  }
  return { problem, busy, send };
}
