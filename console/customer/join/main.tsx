import '../../shared/without-eval.ts';
import { startPage } from '../../shared/start-page.tsx';

startPage(<main />);
