// What Linux has and `import Glibc` does not show: variadic calls, macros, and functions behind _GNU_SOURCE.
// _GNU_SOURCE itself must not be defined here: system types would then differ from Glibc's, and Swift refuses both.
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

/// A descriptor that becomes readable when the process ends (Linux 5.3). By syscall: glibc 2.35 has no wrapper.
static inline int pulse_pidfd_open(pid_t pid) { return (int)syscall(SYS_pidfd_open, pid, 0); }
/// Signals the very process behind the descriptor, never a stranger that inherited its number.
static inline int pulse_pidfd_send_signal(int pidfd, int signal) {
    return (int)syscall(SYS_pidfd_send_signal, pidfd, signal, NULL, 0);
}
static inline int pulse_set_subreaper(void) { return prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); }
static inline int pulse_set_parent_death_signal(int signal) { return prctl(PR_SET_PDEATHSIG, signal, 0, 0, 0); }
static inline int pulse_close_from(posix_spawn_file_actions_t *actions, int first) {
    return posix_spawn_file_actions_addclosefrom_np(actions, first);
}
static inline int pulse_open(const char *path, int flags, mode_t mode) { return open(path, flags, mode); }
static inline int pulse_set_descriptor_flags(int fd, int flags) { return fcntl(fd, F_SETFD, flags); }
static inline int pulse_get_status_flags(int fd) { return fcntl(fd, F_GETFL); }
static inline int pulse_set_status_flags(int fd, int flags) { return fcntl(fd, F_SETFL, flags); }
static inline int pulse_lock_exclusive(int fd) { return flock(fd, LOCK_EX | LOCK_NB); }
/// The environment as it was handed to us; to be read before any thread exists.
static inline char *_Nullable *_Nullable pulse_environment(void) { return environ; }
