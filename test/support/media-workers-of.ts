import { readdir, readFile } from 'node:fs/promises';

/** The ids of the media workers that this broker's process has started. */
export async function mediaWorkersOf(broker: number): Promise<number[]> {
  const processes = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    processes.map(async (id) => {
      const stat = await readFile(`/proc/${id}/stat`, 'utf8').catch(() => '');
      const [, name, parent] = /^\d+ \((.*)\) \S (\d+)/.exec(stat) ?? [];
      return name?.startsWith('mediasoup') && Number(parent) === broker ? Number(id) : undefined;
    }),
  );
  return found.filter((id) => id !== undefined);
}
