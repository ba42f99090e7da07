#pragma once
#include <sqlite3.h>

// SQLITE_TRANSIENT is a cast that Swift doesn't import: SQLite copies the bytes.
static inline int sqlite_bind_bytes(sqlite3_stmt *statement, int place, const void *bytes, int count) {
  return sqlite3_bind_blob(statement, place, bytes, count, SQLITE_TRANSIENT);
}

static inline int sqlite_bind_characters(
    sqlite3_stmt *statement, int place, const void *bytes, int count) {
  return sqlite3_bind_text(statement, place, (const char *)bytes, count, SQLITE_TRANSIENT);
}
