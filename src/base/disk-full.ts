/** How programs, the C library, libuv and the Docker engine say that a disk, or the share of a user, is full. */
export const DISK_FULL = /no space left on device|disk quota exceeded|\(ENOSPC\)/i;
