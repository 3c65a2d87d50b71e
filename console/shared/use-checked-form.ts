import { type FormEvent, type RefObject, useEffect, useRef, useState } from 'react';
import type { z } from 'zod';
import { asProblem, type Problem } from './api.ts';
import { type FieldFaults, fieldFaults } from './field-faults.ts';

export interface CheckedForm {
  form: RefObject<HTMLFormElement | null>;
  /** Beside their fields; empty until somebody tried to send it, then right with every key. */
  faults: FieldFaults;
  /** Why the broker refused the whole. */
  problem: Problem | undefined;
  isPending: boolean;
  submit: (event: FormEvent) => Promise<void>;
}

/**
 * A form that is checked before it is sent, and whose first wrong field takes the focus.
 * @param send called when nothing is wrong; what it throws is the problem. It stays pending when it succeeds.
 */
export function useCheckedForm({
  schema,
  value,
  needed,
  send,
}: {
  schema: z.ZodType;
  value: unknown;
  needed: FieldFaults;
  send: () => Promise<void>;
}): CheckedForm {
  const form = useRef<HTMLFormElement>(null);
  const [failures, setFailures] = useState(0);
  const [isPending, setPending] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const found = fieldFaults(schema, value, needed);
  useEffect(() => {
    if (failures > 0) form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [failures]);

  async function submit(event: FormEvent) {
    event.preventDefault();
    setProblem(undefined);
    if (Object.keys(found).length > 0) {
      setFailures((before) => before + 1);
      return;
    }
    setPending(true);
    try {
      await send();
    } catch (thrown) {
      setProblem(asProblem(thrown));
      setPending(false);
      setFailures((before) => before + 1);
    }
  }
  const faults = failures === 0 ? {} : { ...problem?.fields, ...found };
  return { form, faults, problem, isPending, submit };
}
