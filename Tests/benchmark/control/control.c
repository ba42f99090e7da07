// The honest control: what a good engineer writes in a day. It checks the HMAC, writes the body into
// tmp/, flushes it, renames it into new/, flushes that directory, and answers 200. Whole and durable,
// and nothing more: no configuration, no routing, no log, no limits.
//
//   control SOCKET, with SECRET and STORE in the environment
#include <fcgiapp.h>

#include <fcntl.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { THREADS = 64, LARGEST = 16 << 20 };

static int listener, tmp, new;
static EVP_MAC_CTX *keyed;
static atomic_uint last;

static void fail(const char *what) {
  perror(what);
  exit(1);
}

static int is_signed(EVP_MAC_CTX *mac, const char *header, const char *body, size_t count) {
  static const char prefix[] = "sha256=", digits[] = "0123456789abcdef";
  unsigned char code[32];
  char text[64];
  size_t size;
  if (!header || strncmp(header, prefix, 7) != 0 || strlen(header) != 7 + sizeof text) return 0;
  if (!EVP_MAC_init(mac, NULL, 0, NULL) ||
      !EVP_MAC_update(mac, (const unsigned char *)body, count) ||
      !EVP_MAC_final(mac, code, &size, sizeof code))
    return 0;
  for (size_t i = 0; i < sizeof code; i++) {
    text[2 * i] = digits[code[i] >> 4];
    text[2 * i + 1] = digits[code[i] & 15];
  }
  return CRYPTO_memcmp(header + 7, text, sizeof text) == 0;
}

static int write_all(int file, const char *body, size_t count) {
  while (count > 0) {
    ssize_t written = write(file, body, count);
    if (written < 0) return 0;
    body += written;
    count -= (size_t)written;
  }
  return 1;
}

static int store(const char *body, size_t count) {
  struct timespec now;
  char name[64];
  clock_gettime(CLOCK_REALTIME, &now);
  snprintf(name, sizeof name, "%lld.%09ld-%08x.json", (long long)now.tv_sec, now.tv_nsec,
           atomic_fetch_add(&last, 1));
  int file = openat(tmp, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0640);
  if (file < 0) return 0;
  int is_whole = write_all(file, body, count) && fsync(file) == 0;
  is_whole = close(file) == 0 && is_whole;
  if (is_whole && renameat(tmp, name, new, name) == 0) return fsync(new) == 0;
  unlinkat(tmp, name, 0);
  return 0;
}

// 200, or why not.
static int receive(FCGX_Request *request, EVP_MAC_CTX *mac) {
  const char *length = FCGX_GetParam("CONTENT_LENGTH", request->envp);
  const char *signature = FCGX_GetParam("HTTP_X_HUB_SIGNATURE_256", request->envp);
  long count = length ? atol(length) : 0;
  if (count < 0 || count > LARGEST) return 413;
  char *body = malloc((size_t)count + 1);
  if (!body) return 503;
  int status = 200;
  if (FCGX_GetStr(body, (int)count, request->in) != count)
    status = 400;
  else if (!is_signed(mac, signature, body, (size_t)count))
    status = 401;
  else if (!store(body, (size_t)count))
    status = 503;
  free(body);
  return status;
}

static void *serve(void *nothing) {
  EVP_MAC_CTX *mac = EVP_MAC_CTX_dup(keyed);
  FCGX_Request request;
  if (!mac || FCGX_InitRequest(&request, listener, 0) != 0) fail("init");
  while (FCGX_Accept_r(&request) == 0) {
    int status = receive(&request, mac);
    FCGX_FPrintF(request.out, "Status: %d\r\nContent-Type: application/json\r\n\r\n{\"stored\":%s}\n",
                 status, status == 200 ? "true" : "false");
    FCGX_Finish_r(&request);
  }
  return nothing;
}

static int folder(const char *name) {
  char path[4096];
  snprintf(path, sizeof path, "%s/%s", getenv("STORE"), name);
  int descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) fail(path);
  return descriptor;
}

int main(int count, char **arguments) {
  const char *secret = getenv("SECRET");
  if (count != 2 || !secret || !getenv("STORE")) return 64;
  EVP_MAC *hmac = EVP_MAC_fetch(NULL, "HMAC", NULL);
  OSSL_PARAM options[] = {OSSL_PARAM_construct_utf8_string("digest", "SHA256", 0),
                          OSSL_PARAM_construct_end()};
  keyed = EVP_MAC_CTX_new(hmac);
  if (!keyed || !EVP_MAC_init(keyed, (const unsigned char *)secret, strlen(secret), options))
    fail("HMAC");
  tmp = folder("tmp");
  new = folder("new");
  umask(0);
  if (FCGX_Init() != 0 || (listener = FCGX_OpenSocket(arguments[1], 1024)) < 0) fail("socket");
  umask(027);
  pthread_t thread;
  for (int i = 1; i < THREADS; i++)
    if (pthread_create(&thread, NULL, serve, NULL) != 0) fail("thread");
  serve(NULL);
}
