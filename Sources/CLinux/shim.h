// What Linux offers and Swift's Glibc module lacks.
#pragma once

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <spawn.h>
#include <stdint.h>
#include <sys/auxv.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/timex.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/vfs.h>
#include <unistd.h>

#ifdef __cplusplus
extern "C" {
#endif

long syscall(long number, ...);
int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *actions, int first);
int posix_spawn_file_actions_addchdir_np(posix_spawn_file_actions_t *actions, const char *path);
int strverscmp(const char *a, const char *b);
void *memmem(const void *bytes, size_t count, const void *wanted, size_t wanted_count);

/// renameat2(2) with RENAME_NOREPLACE: fails with EEXIST rather than replace.
static inline int linux_rename_without_replacing(int from_directory, const char *from,
                                                 int to_directory, const char *to) {
  return (int)syscall(SYS_renameat2, from_directory, from, to_directory, to, 1u);
}

/// memmem(3), which needs a feature test macro elsewhere.
static inline const void *linux_find(const void *text, size_t text_bytes, const void *word,
                                     size_t word_bytes) {
  extern void *memmem(const void *, size_t, const void *, size_t);
  return memmem(text, text_bytes, word, word_bytes);
}

/// syncfs(2): flushes the whole file system that the descriptor lies on.
static inline int linux_syncfs(int descriptor) { return (int)syscall(SYS_syncfs, descriptor); }

/// sync_file_range(2) with SYNC_FILE_RANGE_WRITE: begins to write a range back, and does not wait.
static inline int linux_begin_writing(int file, int64_t offset, int64_t count) {
  return (int)syscall(SYS_sync_file_range, file, offset, count, 2u);
}

/// What dl_iterate_phdr(3) tells of the program and of each library: its first members.
struct linux_loaded {
  Elf64_Addr address;
  const char *name;
  const Elf64_Phdr *headers;
  Elf64_Half count;
};

int linux_each_loaded(int (*visit)(struct linux_loaded *, size_t, void *), void *context)
    __asm__("dl_iterate_phdr");

/// Whether the loader wrote into the code of a library, as it does for text relocations.
static inline int linux_has_changed_code(const struct linux_loaded *loaded) {
  for (int i = 0; i < loaded->count; i++) {
    if (loaded->headers[i].p_type != PT_DYNAMIC) continue;
    const Elf64_Dyn *entry = (const Elf64_Dyn *)(loaded->address + loaded->headers[i].p_vaddr);
    for (; entry->d_tag != DT_NULL; entry++) {
      if (entry->d_tag == DT_TEXTREL) return 1;
      if (entry->d_tag == DT_FLAGS && (entry->d_un.d_val & DF_TEXTREL)) return 1;
    }
  }
  return 0;
}

static inline int linux_let_go_of_loaded(struct linux_loaded *loaded, size_t size, void *kernels) {
  // The kernel's own object has no file.
  if (loaded->headers == kernels || linux_has_changed_code(loaded)) return 0;
  uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE) - 1;
  for (int i = 0; i < loaded->count; i++) {
    const Elf64_Phdr *part = &loaded->headers[i];
    if (part->p_type != PT_LOAD || (part->p_flags & PF_W)) continue;
    uintptr_t start = (loaded->address + part->p_vaddr + page) & ~page;
    uintptr_t end = (loaded->address + part->p_vaddr + part->p_filesz) & ~page;
    if (start < end) syscall(SYS_madvise, start, end - start, 4);
  }
  return 0;
}

/// madvise(2), MADV_DONTNEED, over the code and the constants of the program and its libraries:
/// what is never written to. Its pages are its files', and come back when they are wanted.
static inline void linux_let_go_of_code(void) {
  const char *kernels = (const char *)getauxval(AT_SYSINFO_EHDR);
  const void *headers = kernels ? kernels + ((const Elf64_Ehdr *)kernels)->e_phoff : (void *)0;
  linux_each_loaded(linux_let_go_of_loaded, (void *)headers);
}

/// pidfd_open(2): a descriptor that is readable when the process has ended.
static inline int linux_pidfd(int process) { return (int)syscall(SYS_pidfd_open, process, 0u); }

/// pidfd_send_signal(2): a signal for the process that a pidfd is of, and for no other that has its number by now.
static inline int linux_signal_pidfd(int pidfd, int signal) {
  return (int)syscall(SYS_pidfd_send_signal, pidfd, signal, (void *)0, 0u);
}

/// The kind of file system that a path lies on (statfs(2), f_type); -1 and errno on failure.
static inline int64_t linux_file_system_kind(const char *path) {
  struct statfs status;
  return statfs(path, &status) == 0 ? (int64_t)(uint32_t)status.f_type : -1;
}

/// Whether the kernel knows that nothing keeps its clock in time (adjtimex(2)).
static inline int linux_clock_is_unsynchronised(void) {
  struct timex state = {0};
  return adjtimex(&state) == TIME_ERROR;
}

/// Opens a directory to pass through it: no right to read it is asked for (O_PATH).
static inline int linux_open_passage(const char *path) {
  return open(path, 010000000 /* O_PATH */ | O_DIRECTORY | O_CLOEXEC);
}

/// prctl(2), PR_SET_NAME: names the calling thread, in its first 15 bytes.
static inline int linux_name_thread(const char *name) { return prctl(PR_SET_NAME, name, 0, 0, 0); }

/// memfd_create(2), close-on-exec: a file without a name, gone with its last use.
static inline int linux_memory_file(const char *name) {
  return (int)syscall(SYS_memfd_create, name, 1u);
}

/// accept4(2), the connection close-on-exec and blocking.
static inline int linux_accept_cloexec(int listener) {
  return (int)syscall(SYS_accept4, listener, (void *)0, (void *)0, 02000000);
}

/// The effective user id that the peer of a Unix socket had when it connected; -1 and errno on failure.
static inline int64_t linux_peer_user(int connection) {
  struct { int32_t process; uint32_t user; uint32_t group; } credentials;
  socklen_t length = sizeof credentials;
  if (getsockopt(connection, SOL_SOCKET, 17 /* SO_PEERCRED */, &credentials, &length) != 0) return -1;
  return credentials.user;
}

#ifdef __cplusplus
}
#endif
