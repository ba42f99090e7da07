import CLinux

/// Has large pieces of memory, bodies above all, come from the kernel, and go back there when they are
/// freed. To be called before there are threads.
///
/// Left to itself, glibc learns from each such piece that it is usual, and keeps the next ones in its
/// pools, one for a few threads: bodies of 10 MiB leave 200 MiB behind in them for good. What the log
/// writes at once, up to 2 MiB, comes again and again: those pieces do stay, or each would be mapped anew.
func returnLargeMemory() {
  mallopt(M_MMAP_THRESHOLD, 4 << 20)
  mallopt(M_TRIM_THRESHOLD, 8 << 20)
}
