/**
 * Streams a file to the agent on this computer; the browser reads it from disk as the agent takes it. Its way on to the
 * technician shows in the pushed state. False when the agent did not take it.
 */
export async function sendFile(file: File): Promise<boolean> {
  try {
    const response = await fetch(`files?name=${encodeURIComponent(file.name)}`, {
      method: 'PUT',
      body: file,
    });
    return response.ok;
  } catch {
    // The agent went away, or the file was changed or removed while it was read.
    return false;
  }
}
