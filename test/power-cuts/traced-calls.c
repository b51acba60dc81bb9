/**
 * Preloaded before libc, this writes down every change that a process and its children make below a folder, in the order in which they are made,
 * and makes one of them fail. For Linux, where Node, SQLite and the core all change files by the calls of libc below.
 *
 * ATTUNE_TRACE_ROOT  the folder, an absolute path
 * ATTUNE_TRACE       the file to write to; FILE.count beside it counts the changes
 * ATTUNE_FAIL_AT     the number of the change that fails, from 1; a write that fails has written half
 * ATTUNE_FAIL_ON     set: all changes after it fail too
 * ATTUNE_FAIL_WITH   `ENOSPC`; else EIO
 *
 * A record is a struct record, then a path, another path and bytes, of the lengths that it names; trace.ts reads it. access() of ROOT/mark:TEXT
 * writes TEXT down.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum kind { CREATE = 1, MAKE_FOLDER, WRITE, TRUNCATE, RENAME, REMOVE, SYNC, MARK };

struct record {
  uint32_t kind;
  uint32_t path_bytes;
  uint32_t other_bytes;
  uint32_t data_bytes;
  uint64_t file; /* its inode */
  uint64_t offset;
};

enum { most_descriptors = 65536, most_path = 2 * PATH_MAX };

static long (*call)(long, ...); /* syscall() of libc */
static char root[PATH_MAX];
static size_t root_bytes;
static int trace = -1;
static int counter = -1;
static long fail_at;
static int fails_on;
static int fail_code = EIO;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
/* Files and folders below the root that are open. */
static unsigned char is_followed[most_descriptors];

__attribute__((constructor)) static void begin(void) {
  call = (long (*)(long, ...))dlsym(RTLD_NEXT, "syscall");
  const char* folder = getenv("ATTUNE_TRACE_ROOT");
  const char* file = getenv("ATTUNE_TRACE");
  if (folder == NULL || file == NULL) return;
  char count[PATH_MAX];
  snprintf(root, sizeof root, "%s", folder);
  snprintf(count, sizeof count, "%s.count", file);
  trace = (int)call(SYS_openat, AT_FDCWD, file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  counter = (int)call(SYS_openat, AT_FDCWD, count, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (trace < 0 || counter < 0) abort();
  const char* at = getenv("ATTUNE_FAIL_AT");
  const char* with = getenv("ATTUNE_FAIL_WITH");
  fail_at = at == NULL ? 0 : atol(at);
  fails_on = getenv("ATTUNE_FAIL_ON") != NULL;
  if (with != NULL && strcmp(with, "ENOSPC") == 0) fail_code = ENOSPC;
  root_bytes = strlen(root);
}

/* One change at a time, in all processes: the trace has the order of the disk. */
static void lock(void) {
  pthread_mutex_lock(&mutex);
  call(SYS_flock, trace, LOCK_EX);
}

static void unlock(void) {
  const int code = errno;
  call(SYS_flock, trace, LOCK_UN);
  pthread_mutex_unlock(&mutex);
  errno = code;
}

static int must_fail(void) {
  long count = 0;
  call(SYS_pread64, counter, &count, sizeof count, 0L);
  count++;
  call(SYS_pwrite64, counter, &count, sizeof count, 0L);
  if (fail_at == 0 || count < fail_at || (count > fail_at && !fails_on)) return 0;
  errno = fail_code;
  return 1;
}

static uint64_t file_of(int descriptor) {
  struct stat found;
  return fstat(descriptor, &found) == 0 ? (uint64_t)found.st_ino : 0;
}

static void put(struct record record, const char* path, const char* other, const struct iovec* parts, int count) {
  const int code = errno;
  struct iovec out[count + 3];
  record.path_bytes = path == NULL ? 0 : (uint32_t)strlen(path);
  record.other_bytes = other == NULL ? 0 : (uint32_t)strlen(other);
  out[0] = (struct iovec){&record, sizeof record};
  out[1] = (struct iovec){(void*)path, record.path_bytes};
  out[2] = (struct iovec){(void*)other, record.other_bytes};
  size_t left = record.data_bytes;
  size_t total = sizeof record + record.path_bytes + record.other_bytes + left;
  for (int i = 0; i < count; i++) {
    const size_t bytes = parts[i].iov_len < left ? parts[i].iov_len : left;
    out[i + 3] = (struct iovec){parts[i].iov_base, bytes};
    left -= bytes;
  }
  if (call(SYS_writev, trace, out, (long)count + 3) != (long)total) abort();
  errno = code;
}

/* The absolute path, if it is below the root. */
static int is_below(int folder, const char* path, char* whole) {
  if (trace < 0 || path == NULL) return 0;
  if (path[0] == '/') {
    snprintf(whole, most_path, "%s", path);
  } else {
    char base[PATH_MAX];
    char link[64];
    if (folder == AT_FDCWD) {
      if (call(SYS_getcwd, base, sizeof base) < 0) return 0;
    } else {
      snprintf(link, sizeof link, "/proc/self/fd/%d", folder);
      const long bytes = call(SYS_readlinkat, AT_FDCWD, link, base, sizeof base - 1);
      if (bytes < 0) return 0;
      base[bytes] = '\0';
    }
    snprintf(whole, most_path, "%s/%s", base, path);
  }
  return strncmp(whole, root, root_bytes) == 0 && (whole[root_bytes] == '/' || whole[root_bytes] == '\0');
}

static int follows(int descriptor) {
  return descriptor >= 0 && descriptor < most_descriptors && is_followed[descriptor];
}

static int follow(int descriptor) {
  if (descriptor >= most_descriptors) abort();
  if (descriptor >= 0) is_followed[descriptor] = 1;
  return descriptor;
}

static int opened(int folder, const char* path, int flags, mode_t mode) {
  char whole[most_path];
  if (!is_below(folder, path, whole)) return (int)call(SYS_openat, folder, path, flags, mode);
  if ((flags & (O_CREAT | O_TRUNC)) == 0) return follow((int)call(SYS_openat, folder, path, flags, mode));
  lock();
  const int was_there = call(SYS_faccessat, AT_FDCWD, whole, F_OK) == 0;
  const int changes = !was_there || (flags & O_TRUNC) != 0;
  const int descriptor = changes && must_fail() ? -1 : (int)call(SYS_openat, folder, path, flags, mode);
  if (descriptor >= 0 && changes) {
    const struct record record = {.kind = was_there ? TRUNCATE : CREATE, .file = file_of(descriptor)};
    put(record, whole, NULL, NULL, 0);
  }
  follow(descriptor);
  unlock();
  return descriptor;
}

#define MODE_OF(flags, mode)         \
  mode_t mode = 0;                   \
  if (((flags) & O_CREAT) != 0) {    \
    va_list rest;                    \
    va_start(rest, flags);           \
    mode = (mode_t)va_arg(rest, int); \
    va_end(rest);                    \
  }

int open(const char* path, int flags, ...) {
  MODE_OF(flags, mode)
  return opened(AT_FDCWD, path, flags, mode);
}

int open64(const char* path, int flags, ...) {
  MODE_OF(flags, mode)
  return opened(AT_FDCWD, path, flags, mode);
}

int openat(int folder, const char* path, int flags, ...) {
  MODE_OF(flags, mode)
  return opened(folder, path, flags, mode);
}

int openat64(int folder, const char* path, int flags, ...) {
  MODE_OF(flags, mode)
  return opened(folder, path, flags, mode);
}

int close(int descriptor) {
  if (descriptor >= 0 && descriptor < most_descriptors) is_followed[descriptor] = 0;
  return (int)call(SYS_close, descriptor);
}

static off_t own_place(int descriptor) {
  const long flags = call(SYS_fcntl, descriptor, F_GETFL);
  struct stat found;
  if ((flags & O_APPEND) != 0 && fstat(descriptor, &found) == 0) return found.st_size;
  return (off_t)call(SYS_lseek, descriptor, 0L, SEEK_CUR);
}

static ssize_t passed_on(int descriptor, const struct iovec* parts, int count, off_t offset) {
  if (offset < 0) return call(SYS_writev, descriptor, parts, (long)count);
  return call(SYS_pwritev, descriptor, parts, (long)count, (long)offset, 0L);
}

/* At `offset`, or at the file's own place where that is -1. */
static ssize_t written(int descriptor, const struct iovec* parts, int count, off_t offset) {
  if (!follows(descriptor)) return passed_on(descriptor, parts, count, offset);
  lock();
  const off_t at = offset < 0 ? own_place(descriptor) : offset;
  struct record record = {.kind = WRITE, .file = file_of(descriptor), .offset = (uint64_t)at};
  ssize_t bytes = -1;
  if (must_fail()) {
    const struct iovec half = {parts[0].iov_base, parts[0].iov_len / 2};
    record.data_bytes = (uint32_t)half.iov_len;
    if (half.iov_len > 0 && passed_on(descriptor, &half, 1, offset) == (ssize_t)half.iov_len) {
      put(record, NULL, NULL, &half, 1);
    }
    errno = fail_code;
  } else {
    bytes = passed_on(descriptor, parts, count, offset);
    record.data_bytes = bytes < 0 ? 0 : (uint32_t)bytes;
    if (bytes > 0) put(record, NULL, NULL, parts, count);
  }
  unlock();
  return bytes;
}

ssize_t write(int descriptor, const void* data, size_t bytes) {
  const struct iovec part = {(void*)data, bytes};
  return follows(descriptor) ? written(descriptor, &part, 1, -1) : call(SYS_write, descriptor, data, bytes);
}

ssize_t writev(int descriptor, const struct iovec* parts, int count) {
  return written(descriptor, parts, count, -1);
}

ssize_t pwrite(int descriptor, const void* data, size_t bytes, off_t offset) {
  const struct iovec part = {(void*)data, bytes};
  return written(descriptor, &part, 1, offset);
}

ssize_t pwrite64(int descriptor, const void* data, size_t bytes, off64_t offset) {
  return pwrite(descriptor, data, bytes, offset);
}

ssize_t pwritev(int descriptor, const struct iovec* parts, int count, off_t offset) {
  return written(descriptor, parts, count, offset);
}

ssize_t pwritev64(int descriptor, const struct iovec* parts, int count, off64_t offset) {
  return written(descriptor, parts, count, offset);
}

/* What the system copied into a file is read back from it. */
static void put_copied(int into, off_t at, long bytes) {
  static char block[1 << 16];
  char link[64];
  snprintf(link, sizeof link, "/proc/self/fd/%d", into); /* which may be open for writing alone */
  const long reader = call(SYS_openat, AT_FDCWD, link, O_RDONLY | O_CLOEXEC);
  for (long done = 0; done < bytes;) {
    const size_t most = bytes - done < (long)sizeof block ? (size_t)(bytes - done) : sizeof block;
    const long got = call(SYS_pread64, reader, block, most, (long)(at + done));
    if (got <= 0) abort();
    const struct iovec part = {block, (size_t)got};
    const struct record record = {
        .kind = WRITE, .data_bytes = (uint32_t)got, .file = file_of(into), .offset = (uint64_t)(at + done)};
    put(record, NULL, NULL, &part, 1);
    done += got;
  }
  call(SYS_close, reader);
}

ssize_t sendfile(int into, int from, off_t* offset, size_t bytes) {
  if (!follows(into)) return call(SYS_sendfile, into, from, offset, bytes);
  lock();
  const off_t at = own_place(into);
  const long done = must_fail() ? -1 : call(SYS_sendfile, into, from, offset, bytes);
  if (done > 0) put_copied(into, at, done);
  unlock();
  return done;
}

ssize_t sendfile64(int into, int from, off64_t* offset, size_t bytes) {
  return sendfile(into, from, offset, bytes);
}

/* libuv calls some of the system's functions by their number. */
long syscall(long number, ...) {
  va_list rest;
  va_start(rest, number);
  const long a = va_arg(rest, long);
  const long b = va_arg(rest, long);
  const long c = va_arg(rest, long);
  const long d = va_arg(rest, long);
  const long e = va_arg(rest, long);
  const long f = va_arg(rest, long);
  va_end(rest);
  if (number == SYS_close) return close((int)a);
  const int into = (int)c;
  if (number != SYS_copy_file_range || !follows(into)) return call(number, a, b, c, d, e, f);
  lock();
  const off64_t* place = (const off64_t*)d;
  const off_t at = place == NULL ? own_place(into) : *place;
  const long done = must_fail() ? -1 : call(number, a, b, c, d, e, f);
  if (done > 0) put_copied(into, at, done);
  unlock();
  return done;
}

ssize_t copy_file_range(int from, off64_t* from_place, int into, off64_t* place, size_t bytes, unsigned flags) {
  return syscall(SYS_copy_file_range, (long)from, from_place, (long)into, place, bytes, (long)flags);
}

int ftruncate(int descriptor, off_t bytes) {
  if (!follows(descriptor)) return (int)call(SYS_ftruncate, descriptor, (long)bytes);
  lock();
  const int result = must_fail() ? -1 : (int)call(SYS_ftruncate, descriptor, (long)bytes);
  const struct record record = {.kind = TRUNCATE, .file = file_of(descriptor), .offset = (uint64_t)bytes};
  if (result == 0) put(record, NULL, NULL, NULL, 0);
  unlock();
  return result;
}

int ftruncate64(int descriptor, off64_t bytes) { return ftruncate(descriptor, bytes); }

static int synced(long number, int descriptor) {
  if (!follows(descriptor)) return (int)call(number, descriptor);
  lock();
  const int result = must_fail() ? -1 : (int)call(number, descriptor);
  const struct record record = {.kind = SYNC, .file = file_of(descriptor)};
  if (result == 0) put(record, NULL, NULL, NULL, 0);
  unlock();
  return result;
}

int fsync(int descriptor) { return synced(SYS_fsync, descriptor); }

int fdatasync(int descriptor) { return synced(SYS_fdatasync, descriptor); }

int mkdirat(int folder, const char* path, mode_t mode) {
  char whole[most_path];
  if (!is_below(folder, path, whole)) return (int)call(SYS_mkdirat, folder, path, mode);
  lock();
  struct stat made = {0};
  const int result = must_fail() ? -1 : (int)call(SYS_mkdirat, folder, path, mode);
  if (result == 0 && stat(whole, &made) == 0) {
    const struct record record = {.kind = MAKE_FOLDER, .file = (uint64_t)made.st_ino};
    put(record, whole, NULL, NULL, 0);
  }
  unlock();
  return result;
}

int mkdir(const char* path, mode_t mode) { return mkdirat(AT_FDCWD, path, mode); }

static int renamed(int folder, const char* from, int other_folder, const char* to, unsigned flags) {
  char whole[most_path];
  char other[most_path];
  const int isFrom = is_below(folder, from, whole);
  const int isTo = is_below(other_folder, to, other);
  if (!isFrom && !isTo) return (int)call(SYS_renameat2, folder, from, other_folder, to, (long)flags);
  if (!isFrom || !isTo || flags != 0) abort();
  lock();
  const int result = must_fail() ? -1 : (int)call(SYS_renameat2, folder, from, other_folder, to, 0L);
  const struct record record = {.kind = RENAME};
  if (result == 0) put(record, whole, other, NULL, 0);
  unlock();
  return result;
}

int rename(const char* from, const char* to) { return renamed(AT_FDCWD, from, AT_FDCWD, to, 0); }

int renameat(int folder, const char* from, int other, const char* to) {
  return renamed(folder, from, other, to, 0);
}

int renameat2(int folder, const char* from, int other, const char* to, unsigned flags) {
  return renamed(folder, from, other, to, flags);
}

int unlinkat(int folder, const char* path, int flags) {
  char whole[most_path];
  if (!is_below(folder, path, whole)) return (int)call(SYS_unlinkat, folder, path, flags);
  lock();
  const int result = must_fail() ? -1 : (int)call(SYS_unlinkat, folder, path, flags);
  const struct record record = {.kind = REMOVE};
  if (result == 0) put(record, whole, NULL, NULL, 0);
  unlock();
  return result;
}

int unlink(const char* path) { return unlinkat(AT_FDCWD, path, 0); }

int rmdir(const char* path) { return unlinkat(AT_FDCWD, path, AT_REMOVEDIR); }

int access(const char* path, int mode) {
  char whole[most_path];
  if (is_below(AT_FDCWD, path, whole) && strncmp(whole + root_bytes, "/mark:", 6) == 0) {
    lock();
    put((struct record){.kind = MARK}, whole + root_bytes + 6, NULL, NULL, 0);
    unlock();
    return 0;
  }
  return (int)call(SYS_faccessat, AT_FDCWD, path, mode);
}
