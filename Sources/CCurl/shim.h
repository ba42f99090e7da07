#pragma once
#include <curl/curl.h>
#include <dlfcn.h>
#include <stddef.h>

// The functions of libcurl that this program calls, without their prefix.
#define CURL_FUNCTIONS(F) \
  F(global_init) F(easy_init) F(easy_setopt) F(easy_getinfo) F(easy_strerror) F(easy_reset) F(easy_cleanup) \
  F(multi_init) F(multi_add_handle) F(multi_perform) F(multi_poll) F(multi_info_read) \
  F(multi_remove_handle) F(multi_cleanup) F(slist_append) F(slist_free_all)

/// libcurl, once it is loaded.
struct curl_library {
#define CURL_MEMBER(name) __typeof__(curl_##name) *_Nonnull name;
  CURL_FUNCTIONS(CURL_MEMBER)
#undef CURL_MEMBER
};

/// Loads libcurl, which is not linked: with it come some 30 libraries, and a process that fetches
/// nothing should map none of them. Call it once. Returns NULL if it can't be loaded; `reason` then
/// says why.
static inline const struct curl_library *_Nullable curl_load(
  const char *_Nullable *_Nonnull reason) {
  static struct curl_library library;
  void *file = dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL);
  if (file == NULL) {
    *reason = dlerror();
    return NULL;
  }
#define CURL_FIND(name) \
  library.name = (__typeof__(library.name))dlsym(file, "curl_" #name); \
  if (library.name == NULL) { \
    *reason = dlerror(); \
    return NULL; \
  }
  CURL_FUNCTIONS(CURL_FIND)
#undef CURL_FIND
  return &library;
}

// Swift can't call a function with a variable number of arguments. Each of these sets or reads one
// kind of value.
typedef const struct curl_library *_Nonnull curl_loaded;

static inline void curl_set_number(curl_loaded library, CURL *curl, CURLoption option, long value) {
  library->easy_setopt(curl, option, value);
}

static inline void curl_set_size(
  curl_loaded library, CURL *curl, CURLoption option, curl_off_t value) {
  library->easy_setopt(curl, option, value);
}

static inline void curl_set_pointer(
  curl_loaded library, CURL *curl, CURLoption option, const void *value) {
  library->easy_setopt(curl, option, value);
}

// The body's bytes and the header lines come through callbacks of the same type.
static inline void curl_set_receiver(
  curl_loaded library, CURL *curl, CURLoption option, curl_write_callback call) {
  library->easy_setopt(curl, option, call);
}

static inline void curl_set_opener(curl_loaded library, CURL *curl, curl_opensocket_callback call) {
  library->easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION, call);
}

static inline long curl_number(curl_loaded library, CURL *curl, CURLINFO info) {
  long value = 0;
  return library->easy_getinfo(curl, info, &value) == CURLE_OK ? value : 0;
}

static inline curl_off_t curl_size(curl_loaded library, CURL *curl, CURLINFO info) {
  curl_off_t value = 0;
  return library->easy_getinfo(curl, info, &value) == CURLE_OK ? value : 0;
}
