import type { Findings } from './finding.ts';

/** A damaged file ends a check of what lies in it, with a finding that says where, and of which session; `undefined` then. */
export function guarded<Result>(
  findings: Findings,
  where: string,
  check: () => Result,
  sessionId?: string,
): Result | undefined {
  try {
    return check();
  } catch (error) {
    const { message, code } = error as Error & { code?: unknown };
    findings.add(
      sessionId === undefined ? 'file' : 'record',
      code === 'SQLITE_NOTADB'
        ? 'The database is damaged at its beginning, or was not made with these keys.'
        : `The store cannot be read ${where}: ${message}.`,
      undefined,
      sessionId,
    );
    return undefined;
  }
}
