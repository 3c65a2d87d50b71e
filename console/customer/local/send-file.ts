/** `refused`: the agent took it for somebody else's doing, and says why in the pushed state. */
type Outcome = 'sent' | 'failed' | 'refused';

/**
 * Sends files one after the other. `failed` hears the name of each that was not sent. When one was refused, the rest of
 * the choice was not the customer's either, however long it takes to get to it.
 */
export async function sendFiles(files: readonly File[], failed: (name: string) => void): Promise<void> {
  let outcome: Outcome = 'sent';
  for (const file of files) {
    if (outcome !== 'refused') outcome = await sendFile(file);
    if (outcome !== 'sent') failed(file.name);
  }
}

/**
 * Streams a file to the agent on this computer; the browser reads it from disk as the agent takes it. Its way on to the
 * technician shows in the pushed state.
 */
async function sendFile(file: File): Promise<Outcome> {
  try {
    const response = await fetch(`files?name=${encodeURIComponent(file.name)}`, {
      method: 'PUT',
      body: file,
    });
    if (response.status === 403) return 'refused';
    return response.ok ? 'sent' : 'failed';
  } catch {
    // The agent went away, or the file was changed or removed while it was read.
    return 'failed';
  }
}
