/** What is told while records that an earlier version wrote are brought up to date. */
export type Upgrade =
  | { readonly standing: 'begun' | 'over'; readonly from: number; readonly to: number }
  | { readonly standing: 'under-way'; readonly sessions: number; readonly of: number };

export type OnUpgrade = (upgrade: Upgrade) => void;

/** Tells each tenth of the sessions: of few it is one line, of many no flood. */
export function inTenths(of: number, onUpgrade: OnUpgrade): (sessions: number) => void {
  let told = 0;
  return (sessions) => {
    const tenths = Math.floor((sessions * 10) / of);
    if (tenths === told) return;
    told = tenths;
    onUpgrade({ standing: 'under-way', sessions, of });
  };
}
