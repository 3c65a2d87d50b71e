import { Check, Copy } from 'lucide-react';
import { useEffect, useState } from 'react';
import { announce } from '../announcer.ts';
import { t } from '../strings.ts';
import { Button } from './button.tsx';
import { toast } from './toast.tsx';

/** Puts `value` on the reader's clipboard and says so. */
export function CopyButton({ value, label }: { value: string; label: string }) {
  const [isCopied, setCopied] = useState(false);
  useEffect(() => {
    if (!isCopied) return;
    const timer = setTimeout(() => setCopied(false), 2500);
    return () => clearTimeout(timer);
  }, [isCopied]);
  async function copy() {
    try {
      await navigator.clipboard.writeText(value);
      setCopied(true);
      announce(t.copied);
    } catch {
      // No permission, or no secure context: the value stands beside the button.
      toast(t.clipboard.technician.unreadable, 'warning');
    }
  }
  return (
    <Button icon={isCopied ? <Check /> : <Copy />} onPress={copy}>
      {isCopied ? t.copied : label}
    </Button>
  );
}
