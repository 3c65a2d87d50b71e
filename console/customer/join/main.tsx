import '../../shared/without-eval.ts';
import { startPage } from '../../shared/start-page.tsx';
import '../customer.css';
import { JoinPage } from './join-page.tsx';

startPage(<JoinPage />);
