#pragma once
#include <dlfcn.h>
#include <jq.h>
#include <jv.h>
#include <malloc.h>

/// Bounds every search of the regular expressions that libjq runs: one that backtracks more often
/// fails. The setting is the library's own, for the whole process; 0 if there is none.
static inline int jq_bound_regular_expressions(unsigned long retries) {
  void *process = dlopen(0, RTLD_LAZY);
  int (*set)(unsigned long) =
      (int (*)(unsigned long))dlsym(process, "onig_set_retry_limit_in_search");
  return set && set(retries) == 0;
}
