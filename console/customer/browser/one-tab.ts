const lockOf = (code: string) => `countersign-session-${code}`;
/** A page that is being loaded anew holds it for another moment. */
const GIVEN_UP_WITHIN_MS = 2_000;

/** Takes the session of this code for this tab, until it is closed or loaded anew. False: another tab has it. */
export function takeForThisTab(code: string): Promise<boolean> {
  return new Promise((resolve) => {
    navigator.locks
      .request(lockOf(code), { signal: AbortSignal.timeout(GIVEN_UP_WITHIN_MS) }, () => {
        resolve(true);
        return new Promise(() => {});
      })
      .catch(() => resolve(false));
  });
}

/** Whether a tab of this browser holds the session of this code. */
export async function isInOtherTab(code: string): Promise<boolean> {
  // Absent on a page without HTTPS, which holds no session; refused where the browser blocks site data.
  const { held = [] } = (await navigator.locks?.query().catch(() => undefined)) ?? {};
  return held.some(({ name }) => name === lockOf(code));
}
