import '../../shared/without-eval.ts';
import { startPage } from '../../shared/start-page.tsx';
import '../customer.css';
import './print.css';
import { ReceiptPage } from './receipt-page.tsx';

startPage(<ReceiptPage />);
// All alphabets now: one that is fetched only when a name needs it would tell the server of that name.
for (const font of document.fonts) void font.load().catch(() => {});
