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

/// Gives back to the kernel what isn't in use: free memory, and the code and constants of the
/// program and its libraries. Code comes back from its files when it is wanted.
func letGoOfMemory() {
  linux_let_go_of_code()
  malloc_trim(0)
}
