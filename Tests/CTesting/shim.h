// What tests need of Linux and the programs do not.
// Glibc's own module first: what it declares is then its own everywhere (see CLinux).
#pragma clang module import SwiftGlibc
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

/// A write lease on a file that nobody has open: whoever opens it waits until the lease ends (fcntl(2)). -1 = errno.
static inline int pulse_lease(const char *path) {
    // The kernel announces the opener by SIGIO, which would end us.
    signal(SIGIO, SIG_IGN);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd >= 0 && fcntl(fd, 1024 /* F_SETLEASE */, F_WRLCK) == 0) return fd;
    if (fd >= 0) close(fd);
    return -1;
}
static inline void pulse_end_lease(int fd) { fcntl(fd, 1024 /* F_SETLEASE */, F_UNLCK); }

/// Sets another process' soft limit of descriptors (prlimit(2)). -1 = errno.
static inline int pulse_set_descriptor_limit(pid_t pid, uint64_t soft) {
    uint64_t limit[2];
    if (syscall(SYS_prlimit64, pid, RLIMIT_NOFILE, NULL, limit) < 0) return -1;
    limit[0] = soft < limit[1] ? soft : limit[1];
    return (int)syscall(SYS_prlimit64, pid, RLIMIT_NOFILE, limit, NULL);
}
