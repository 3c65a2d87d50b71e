import { z } from 'zod';

// zod would try `new Function` once to see whether it may compile schemas: our policy forbids it, and reports each try.
// Imported first by every entry.
z.config({ jitless: true });
