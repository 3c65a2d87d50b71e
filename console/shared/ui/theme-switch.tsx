import { Monitor, Moon, Sun } from 'lucide-react';
import { useStore } from '../store.ts';
import { t } from '../strings.ts';
import { chooseTheme, theme } from '../theme.ts';
import { Button } from './button.tsx';
import { Menu } from './menu.tsx';

const icons = { system: <Monitor />, light: <Sun />, dark: <Moon /> };

/** Light, dark or as the system has it. */
export function ThemeSwitch() {
  const chosen = useStore(theme);
  return (
    <Menu
      label={t.theme.label}
      placement="bottom end"
      trigger={
        <Button kind="quiet" icon={icons[chosen]} aria-label={`${t.theme.label}: ${t.theme[chosen]}`} />
      }
      groups={[
        {
          entries: (['system', 'light', 'dark'] as const).map((id) => ({
            id,
            label: t.theme[id],
            icon: icons[id],
            onAction: () => chooseTheme(id),
          })),
        },
      ]}
    />
  );
}
