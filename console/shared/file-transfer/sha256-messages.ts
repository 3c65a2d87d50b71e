/** Between a page and its hashing worker; `id` tells the files apart. */
export type HashOrder =
  | { readonly kind: 'update'; readonly id: number; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly kind: 'digest'; readonly id: number }
  | { readonly kind: 'close'; readonly id: number };

export type HashAnswer =
  | { readonly kind: 'taken'; readonly id: number; readonly bytes: number }
  | { readonly kind: 'digest'; readonly id: number; readonly hex: string };
