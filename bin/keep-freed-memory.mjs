// glibc hands freed memory back to the kernel as soon as 128 KiB lie at the end of the heap. A program that reads
// sockets frees buffers all the time, and then pays a page fault for every 4 KiB of the next ones: a third of the CPU
// of the relay. Freeing one large block moves that threshold (mallopt(3), M_MMAP_THRESHOLD), to twice its size; the
// block itself is never touched and takes no memory. Elsewhere this does nothing.
const BLOCK_BYTES = 31 * 1024 * 1024;
Buffer.allocUnsafeSlow(BLOCK_BYTES);
