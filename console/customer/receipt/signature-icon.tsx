import { CircleAlert, CircleDashed, CircleSlash, PenLine } from 'lucide-react';
import type { AccountReport } from '../../../protocol/proof/account.ts';

const icons: Record<AccountReport['state'], typeof PenLine> = {
  signed: PenLine,
  unsigned: CircleSlash,
  incomplete: CircleDashed,
  disagrees: CircleAlert,
};

export function SignatureIcon({ state }: { state: AccountReport['state'] }) {
  const Icon = icons[state];
  return <Icon aria-hidden="true" size={18} />;
}
