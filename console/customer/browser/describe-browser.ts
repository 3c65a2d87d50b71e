import type { AgentClaim, ComputerClaim } from '../../../protocol/computer.ts';
import { canTalk } from '../../shared/voice/microphone.ts';
import { VERSION } from './version.ts';

/** The User-Agent Client Hints of Chromium (a draft of the WICG). */
interface BrandedNavigator {
  readonly userAgentData?: {
    readonly brands: readonly { brand: string; version: string }[];
    readonly platform: string;
    getHighEntropyValues(hints: string[]): Promise<{ architecture?: string; platformVersion?: string }>;
  };
}

/** What this browser can do of what a technician may ask for. Its page has no mouse and no keyboard to give. */
const capable = (): AgentClaim['capable'] => [
  'view',
  'clipboard',
  'file-upload',
  'file-download',
  'chat',
  ...(canTalk() ? (['voice'] as const) : []),
];

/** This browser and its computer, as far as a browser tells. */
export async function describeBrowser(): Promise<{ agent: AgentClaim; computer: ComputerClaim }> {
  const hints = (navigator as BrandedNavigator).userAgentData;
  const more = await hints?.getHighEntropyValues(['architecture', 'platformVersion']).catch(() => undefined);
  return {
    agent: {
      kind: 'browser',
      version: VERSION,
      browser: browserName(navigator),
      capable: capable(),
      webrtc: 'RTCPeerConnection' in window,
    },
    computer: {
      platform: hints ? platformName(hints.platform, more?.platformVersion) : platformIn(navigator.userAgent),
      architecture: more?.architecture || 'unknown',
    },
  };
}

/** Brands in the order of how much they say: every Chromium names itself, and some nonsense too. */
export function browserName({ userAgent, userAgentData }: { userAgent: string } & BrandedNavigator): {
  name: string;
  version: string;
} {
  const brands = userAgentData?.brands.filter(({ brand }) => !/not.?a.?brand/i.test(brand)) ?? [];
  const brand = brands.find(({ brand: name }) => name !== 'Chromium') ?? brands[0];
  if (brand) return { name: brand.brand, version: brand.version };
  const [, name = 'unknown', version = 'unknown'] =
    /(Edg|OPR|Firefox)\/(\d+)/.exec(userAgent) ??
    /(Chrome)\/(\d+)/.exec(userAgent) ??
    (/Safari\//.test(userAgent) ? [undefined, 'Safari', /Version\/(\d+)/.exec(userAgent)?.[1]] : []);
  return { name: { Edg: 'Microsoft Edge', OPR: 'Opera' }[name] ?? name, version: version ?? 'unknown' };
}

/** Windows tells the major number of its API contract: 13 and above is Windows 11. */
export function platformName(platform: string, version = ''): string {
  const major = Number.parseInt(version, 10);
  if (platform === 'Windows' && major > 0) return major >= 13 ? 'Windows 11' : 'Windows 10';
  return [platform || 'unknown', platform === 'macOS' ? version : ''].filter(Boolean).join(' ');
}

function platformIn(userAgent: string): string {
  const [, system] = /\(([^;)]+)/.exec(userAgent) ?? [];
  if (/Windows/.test(userAgent)) return 'Windows';
  if (/Mac/.test(userAgent)) return 'macOS';
  return /Linux|X11/.test(userAgent) ? 'Linux' : (system ?? 'unknown');
}
