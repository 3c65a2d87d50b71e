import { Clipboard, Download, Eye, MessageSquare, Mic, MousePointerClick, Upload } from 'lucide-react';
import type { Tool } from '../../../protocol/tool.ts';

const icons: Record<Tool, typeof Eye> = {
  view: Eye,
  control: MousePointerClick,
  clipboard: Clipboard,
  'file-upload': Upload,
  'file-download': Download,
  chat: MessageSquare,
  voice: Mic,
};

/** Decoration: the tool's name stands beside it or in the button's label. */
export function ToolIcon({ tool, size = 18 }: { tool: Tool; size?: number }) {
  const Icon = icons[tool];
  return <Icon size={size} aria-hidden="true" />;
}
