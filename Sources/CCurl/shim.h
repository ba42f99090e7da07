#pragma once
#include <curl/curl.h>

// Swift can't call a function with a variable number of arguments. Each of these sets or reads one
// kind of value.
static inline CURLcode curl_set_number(CURL *curl, CURLoption option, long value) {
  return curl_easy_setopt(curl, option, value);
}

static inline CURLcode curl_set_size(CURL *curl, CURLoption option, curl_off_t value) {
  return curl_easy_setopt(curl, option, value);
}

static inline CURLcode curl_set_text(CURL *curl, CURLoption option, const char *value) {
  return curl_easy_setopt(curl, option, value);
}

static inline CURLcode curl_set_pointer(CURL *curl, CURLoption option, const void *value) {
  return curl_easy_setopt(curl, option, value);
}

// The body's bytes and the header lines come through callbacks of the same type.
static inline CURLcode curl_set_receiver(CURL *curl, CURLoption option, curl_write_callback call) {
  return curl_easy_setopt(curl, option, call);
}

static inline CURLcode curl_set_opener(CURL *curl, curl_opensocket_callback call) {
  return curl_easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION, call);
}

static inline long curl_number(CURL *curl, CURLINFO info) {
  long value = 0;
  return curl_easy_getinfo(curl, info, &value) == CURLE_OK ? value : 0;
}

static inline curl_off_t curl_size(CURL *curl, CURLINFO info) {
  curl_off_t value = 0;
  return curl_easy_getinfo(curl, info, &value) == CURLE_OK ? value : 0;
}
