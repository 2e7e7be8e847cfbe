/* A disk that keeps, when the power is cut, only what was flushed.

   Loaded before the C library. Below the folder POWER_WATCH, flushing a file copies its bytes to POWER_SHADOW under
   its number, and flushing a folder notes there which names it holds; nothing else survives. Each copy is written whole
   beside its place and then renamed, so a process that is killed while it flushes has not flushed. Names that were
   never flushed are lost with their files, files that were never flushed are empty: the worst that a disk may do. */

#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define LONGEST 4096

static int watched(int fd, char *path) {
    const char *below = getenv("POWER_WATCH");
    char link[64];
    ssize_t length;
    if (!below || !getenv("POWER_SHADOW")) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    length = readlink(link, path, LONGEST - 1);
    if (length < 0) return 0;
    path[length] = 0;
    return !strncmp(path, below, strlen(below));
}

static int draft(char *name) {
    snprintf(name, LONGEST, "%s/draft-%d-%ld", getenv("POWER_SHADOW"), getpid(), syscall(SYS_gettid));
    return open(name, O_WRONLY | O_CREAT | O_TRUNC, 0600);
}

static int place(int out, const char *name, char kind, const struct stat *seen) {
    char final[LONGEST];
    snprintf(final, sizeof final, "%s/%c-%lu", getenv("POWER_SHADOW"), kind, (unsigned long)seen->st_ino);
    return close(out) || rename(name, final) ? -1 : 0;
}

static int keep_bytes(const char *path, const struct stat *seen) {
    static __thread char buffer[1 << 16];
    char name[LONGEST];
    ssize_t got = 0;
    int in = open(path, O_RDONLY), out = draft(name);
    if (in < 0 || out < 0) return -1;
    while ((got = read(in, buffer, sizeof buffer)) > 0)
        if (write(out, buffer, got) != got) return -1;
    close(in);
    return got < 0 ? -1 : place(out, name, 'f', seen);
}

static int keep_names(const char *path, const struct stat *seen) {
    char name[LONGEST], line[LONGEST];
    struct dirent *entry;
    struct stat its;
    DIR *folder = opendir(path);
    int out = draft(name);
    if (!folder || out < 0) return -1;
    while ((entry = readdir(folder))) {
        if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, "..")) continue;
        if (fstatat(dirfd(folder), entry->d_name, &its, AT_SYMLINK_NOFOLLOW)) continue;
        int length = snprintf(line, sizeof line, "%c %lu %s\n", S_ISDIR(its.st_mode) ? 'd' : 'f',
                              (unsigned long)its.st_ino, entry->d_name);
        if (write(out, line, length) != length) return -1;
    }
    closedir(folder);
    return place(out, name, 'd', seen);
}

static int flushed(int fd) {
    char path[LONGEST];
    struct stat seen;
    if (!watched(fd, path)) return 0;
    if (fstat(fd, &seen)) return -1;
    return S_ISDIR(seen.st_mode) ? keep_names(path, &seen) : keep_bytes(path, &seen);
}

/* Our copy stands for the disk, so the real one is not asked. A copy that fails is a flush that failed. One flush
   after the other: no disk goes back to what a folder held before, as a slow copy over a newer one would. */
static pthread_mutex_t one = PTHREAD_MUTEX_INITIALIZER;

int fsync(int fd) {
    pthread_mutex_lock(&one);
    int failed = flushed(fd);
    pthread_mutex_unlock(&one);
    return failed ? (errno = EIO, -1) : 0;
}
int fdatasync(int fd) { return fsync(fd); }
