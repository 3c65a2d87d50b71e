import './shared/without-eval.ts';
import { Router } from './shared/router.tsx';
import { startPage } from './shared/start-page.tsx';
import { Toasts } from './shared/ui/toast.tsx';
import { StaffPages } from './staff-pages.tsx';

startPage(
  <Router>
    <StaffPages />
    <Toasts />
  </Router>,
);
