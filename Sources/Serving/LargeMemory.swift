import CLinux

/// Has large pieces of memory, bodies above all, come from the kernel, and go back there when they are
/// freed. To be called before there are threads.
///
/// Left to itself, glibc learns from each such piece that it is usual, and keeps the next ones in its
/// pools, one for a few threads: bodies of 10 MiB leave 200 MiB behind in them for good.
func returnLargeMemory() { mallopt(M_MMAP_THRESHOLD, 128 << 10) }
