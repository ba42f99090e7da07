import CLinux

/// Has large pieces of memory, bodies above all, come from the kernel, and go back to it when they
/// are freed. Call it before there are threads.
///
/// By default glibc takes each freed large piece as a sign that its size is usual, and keeps the
/// next ones in its pools. A pool serves a few threads, so that bodies of 10 MiB leave 200 MiB
/// behind for good. The write-ahead log writes up to 2 MiB at once and needs the same pieces again
/// and again. Pieces below 4 MiB therefore stay in the pools, or each would be mapped anew.
func returnLargeMemory() {
  mallopt(M_MMAP_THRESHOLD, 4 << 20)
  mallopt(M_TRIM_THRESHOLD, 8 << 20)
}
