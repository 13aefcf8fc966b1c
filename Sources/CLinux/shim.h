// What Linux has and `import Glibc` does not show: variadic calls, macros, and functions behind _GNU_SOURCE.
// _GNU_SOURCE itself must not be defined here: system types would then differ from Glibc's, and Swift refuses both.
//
// Glibc's own module first: what it declares is then its own everywhere. Otherwise a name belongs to whichever of the two
// modules a compilation happens to meet first, and a file that imports the other one does not see it.
#pragma clang module import SwiftGlibc
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
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

/// Opens /dev/null on whichever of 0, 1 and 2 is closed: what is opened there later would be read and written by mistake.
static inline void pulse_fill_standard_descriptors(void) {
    int fd;
    while ((fd = open("/dev/null", O_RDWR)) >= 0 && fd <= 2) {}
    if (fd > 2) close(fd);
}

/// A descriptor that becomes readable when the process ends (Linux 5.3). By syscall: glibc 2.35 has no wrapper.
static inline int pulse_pidfd_open(pid_t pid) { return (int)syscall(SYS_pidfd_open, pid, 0); }
/// Signals the very process behind the descriptor, never a stranger that inherited its number.
static inline int pulse_pidfd_send_signal(int pidfd, int signal) {
    return (int)syscall(SYS_pidfd_send_signal, pidfd, signal, NULL, 0);
}
static inline int pulse_set_subreaper(void) { return prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); }
static inline int pulse_close_from(posix_spawn_file_actions_t *actions, int first) {
    return posix_spawn_file_actions_addclosefrom_np(actions, first);
}
static inline int pulse_open(const char *path, int flags, mode_t mode) { return open(path, flags, mode); }
static inline int pulse_lock_exclusive(int fd) { return flock(fd, LOCK_EX | LOCK_NB); }
/// The environment as it was handed to us; to be read before any thread exists.
static inline char *_Nullable *_Nullable pulse_environment(void) { return environ; }

/// accept4(2): the new descriptor is non-blocking and closed on exec from the start.
static inline int pulse_accept(int fd) {
    return (int)syscall(SYS_accept4, fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
}
/// The same, and where the client is: `address` has room for any kind.
static inline int pulse_accept_from(int fd, struct sockaddr_storage *address, socklen_t *length) {
    *length = sizeof *address;
    memset(address, 0, sizeof *address);
    return (int)syscall(SYS_accept4, fd, address, length, SOCK_NONBLOCK | SOCK_CLOEXEC);
}
/// The numeric address into `text` (at least INET6_ADDRSTRLEN bytes), an IPv4 one in its own form also where the socket
/// speaks IPv6; 0 where there is none (Unix sockets).
static inline int pulse_address_text(const struct sockaddr_storage *address, char *text, socklen_t size) {
    if (address->ss_family == AF_INET)
        return inet_ntop(AF_INET, &((const struct sockaddr_in *)address)->sin_addr, text, size) != NULL;
    if (address->ss_family != AF_INET6) return 0;
    const struct in6_addr *six = &((const struct sockaddr_in6 *)address)->sin6_addr;
    if (IN6_IS_ADDR_V4MAPPED(six)) return inet_ntop(AF_INET, six->s6_addr + 12, text, size) != NULL;
    return inet_ntop(AF_INET6, six, text, size) != NULL;
}
/// Small pieces go out at once. (Fails without harm on what is no TCP socket.)
static inline void pulse_set_no_delay(int fd) {
    int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}
/// Bytes that have arrived and nobody has read.
static inline int pulse_unread(int fd) {
    int bytes = 0;
    return ioctl(fd, FIONREAD, &bytes) < 0 ? 0 : bytes;
}
/// A counter that wakes whoever polls it.
static inline int pulse_wake_descriptor(void) { return eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC); }
static inline void pulse_wake(int fd) { eventfd_write(fd, 1); }
static inline void pulse_forget_wakes(int fd) { eventfd_t count; eventfd_read(fd, &count); }
static inline int pulse_epoll(void) { return epoll_create1(EPOLL_CLOEXEC); }
/// Reports `fd` by its number while it is readable; -1 = errno.
static inline int pulse_epoll_add(int epoll, int fd) {
    struct epoll_event event = {.events = EPOLLIN, .data = {.fd = fd}};
    return epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
}
/// To be called before `fd` is closed: a copy of it would go on being reported.
static inline void pulse_epoll_remove(int epoll, int fd) { epoll_ctl(epoll, EPOLL_CTL_DEL, fd, NULL); }
/// The readable ones, at most 64 and `room`; never waits.
static inline int pulse_epoll_ready(int epoll, int *ready, int room) {
    struct epoll_event events[64];
    int count = epoll_wait(epoll, events, room < 64 ? room : 64, 0);
    for (int i = 0; i < count; i++) ready[i] = events[i].data.fd;
    return count < 0 ? 0 : count;
}
/// A file that lives in memory and has no name but for people. By syscall: glibc's wrapper hides behind _GNU_SOURCE.
static inline int pulse_memory_file(const char *name) {
    return (int)syscall(SYS_memfd_create, name, 1u /* MFD_CLOEXEC */);
}
/// A copy of a descriptor, numbered `lowest` or above, closed on exec.
static inline int pulse_duplicate_above(int fd, int lowest) { return fcntl(fd, F_DUPFD_CLOEXEC, lowest); }
/// ppoll(2): a deadline in nanoseconds, since poll's milliseconds would either be late or spin. Negative = wait for ever.
static inline int pulse_poll(struct pollfd *fds, unsigned long count, int64_t nanoseconds) {
    struct { int64_t seconds, nanoseconds; } wait = {nanoseconds / 1000000000, nanoseconds % 1000000000};
    return (int)syscall(SYS_ppoll, fds, count, nanoseconds < 0 ? NULL : &wait, NULL, 0);
}

/// Has the child behind the pidfd ended? 1 = yes, and it stays unreaped; 0 = no; -1 = errno.
static inline int pulse_has_ended(int pidfd) {
    siginfo_t info = {0};
    if (waitid((idtype_t)3 /* P_PIDFD */, (id_t)pidfd, &info, WEXITED | WNOWAIT | WNOHANG) < 0) return -1;
    return info.si_pid != 0;
}
/// The pid of some child that has ended, without reaping it; 0 = none.
static inline pid_t pulse_any_ended(void) {
    siginfo_t info = {0};
    return waitid(P_ALL, 0, &info, WEXITED | WNOWAIT | WNOHANG) < 0 ? 0 : info.si_pid;
}
/// How a process ended, decoded here because Swift does not see the W... macros.
typedef struct { int exited, code, signal, dumped; long max_resident_kilobytes; } pulse_ending;
/// Reaps one ended child; -1 = errno.
static inline int pulse_reap(pid_t pid, pulse_ending *ending) {
    int status = 0;
    struct rusage usage;
    memset(&usage, 0, sizeof usage);
    pid_t reaped;
    do reaped = wait4(pid, &status, WNOHANG, &usage);
    while (reaped < 0 && errno == EINTR);
    if (reaped != pid) return -1;
    ending->exited = WIFEXITED(status);
    ending->code = WIFEXITED(status) ? WEXITSTATUS(status) : 0;
    ending->signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    ending->dumped = WIFSIGNALED(status) && WCOREDUMP(status);
    ending->max_resident_kilobytes = usage.ru_maxrss;
    return 0;
}

/// Our soft limit of descriptors goes up to `wanted` (or the hard limit); `before` = what it was, for the children.
static inline int pulse_raise_descriptor_limit(uint64_t wanted, uint64_t *before) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) < 0) return -1;
    *before = limit.rlim_cur;
    if (limit.rlim_cur >= wanted) return 0;
    limit.rlim_cur = limit.rlim_max < wanted ? limit.rlim_max : wanted;
    return setrlimit(RLIMIT_NOFILE, &limit);
}
/// Sets our soft limit of descriptors; returns the former one. Descriptors above it stay open.
static inline uint64_t pulse_swap_descriptor_limit(uint64_t soft) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) < 0) return soft;
    uint64_t before = limit.rlim_cur;
    limit.rlim_cur = soft < limit.rlim_max ? soft : limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    return before;
}

/// Ignores a signal; children get the default back from posix_spawn's SETSIGDEF.
static inline void pulse_ignore_signal(int signal_number) { signal(signal_number, SIG_IGN); }
static inline void pulse_default_signal(int signal_number) { signal(signal_number, SIG_DFL); }
static inline int pulse_first_realtime_signal(void) { return SIGRTMIN; }
static inline int pulse_last_realtime_signal(void) { return SIGRTMAX; }

/// One datagram and the pid that the kernel vouches for (SO_PASSCRED must be on). `truncated` = it was longer than the
/// buffer. There is room for the credentials only, so descriptors sent along are dropped by the kernel.
static inline ssize_t pulse_receive(int fd, void *buffer, size_t size, pid_t *sender, int *truncated) {
    struct { pid_t pid; uid_t uid; gid_t gid; } credentials = {0, 0, 0};
    union { struct cmsghdr header; char bytes[CMSG_SPACE(sizeof(credentials))]; } control;
    struct iovec vector = {buffer, size};
    struct msghdr message;
    memset(&message, 0, sizeof message);
    message.msg_iov = &vector;
    message.msg_iovlen = 1;
    message.msg_control = control.bytes;
    message.msg_controllen = sizeof control.bytes;
    ssize_t length = recvmsg(fd, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    if (length < 0) return length;
    *sender = 0;
    *truncated = (message.msg_flags & MSG_TRUNC) != 0;
    for (struct cmsghdr *h = CMSG_FIRSTHDR(&message); h; h = CMSG_NXTHDR(&message, h)) {
        if (h->cmsg_level != SOL_SOCKET || h->cmsg_type != 2 /* SCM_CREDENTIALS */) continue;
        memcpy(&credentials, CMSG_DATA(h), sizeof credentials);
        *sender = credentials.pid;
    }
    return length;
}
/// The uid at the other end of a Unix stream socket; -1 when it has none.
static inline int64_t pulse_peer_uid(int fd) {
    struct { pid_t pid; uid_t uid; gid_t gid; } credentials = {0, 0, 0};
    socklen_t length = sizeof credentials;
    if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &credentials, &length) < 0) return -1;
    // Other sockets than Unix ones have no peer with a uid.
    return credentials.uid == (uid_t)-1 ? -1 : (int64_t)credentials.uid;
}

/// A path as a socket address; -1 with ENAMETOOLONG when it does not fit (107 bytes).
static inline int pulse_unix_address(const char *path, struct sockaddr_un *address) {
    memset(address, 0, sizeof *address);
    address->sun_family = AF_UNIX;
    if (strlen(path) >= sizeof address->sun_path) { errno = ENAMETOOLONG; return -1; }
    strcpy(address->sun_path, path);
    return 0;
}
static inline int pulse_bind_unix(int fd, const char *path) {
    struct sockaddr_un address;
    if (pulse_unix_address(path, &address) < 0) return -1;
    return bind(fd, (struct sockaddr *)&address, sizeof address);
}
static inline int pulse_connect_unix(int fd, const char *path) {
    struct sockaddr_un address;
    if (pulse_unix_address(path, &address) < 0) return -1;
    return connect(fd, (struct sockaddr *)&address, sizeof address);
}
/// One datagram to whoever is bound to the path; never waits.
static inline ssize_t pulse_send_unix(int fd, const char *path, const void *bytes, size_t size) {
    struct sockaddr_un address;
    if (pulse_unix_address(path, &address) < 0) return -1;
    return sendto(fd, bytes, size, MSG_DONTWAIT | MSG_NOSIGNAL, (struct sockaddr *)&address, sizeof address);
}
/// A Unix socket, non-blocking and closed on exec. type: 1 = stream, 2 = datagram.
static inline int pulse_unix_socket(int type) {
    return socket(AF_UNIX, (type == 2 ? SOCK_DGRAM : SOCK_STREAM) | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
}
/// A listening TCP socket, non-blocking and closed on exec; -1 = errno. `host` is numeric, NULL = every address (IPv6 and IPv4
/// by one socket, or IPv4 alone where there is no IPv6).
static inline int pulse_listen_tcp(const char *_Nullable host, uint16_t port, int backlog) {
    struct sockaddr_in6 six = {0};
    struct sockaddr_in four = {0};
    six.sin6_family = AF_INET6;
    six.sin6_port = htons(port);
    four.sin_family = AF_INET;
    four.sin_port = htons(port);
    int is_six = !host || inet_pton(AF_INET6, host, &six.sin6_addr) == 1;
    if (!is_six && inet_pton(AF_INET, host, &four.sin_addr) != 1) { errno = EINVAL; return -1; }
    int fd = socket(is_six ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0 && is_six && !host && errno == EAFNOSUPPORT) {
        is_six = 0;
        fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    }
    if (fd < 0) return -1;
    int on = 1, off = 0;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (is_six) setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, host ? &on : &off, sizeof on);
    int bound = is_six ? bind(fd, (struct sockaddr *)&six, sizeof six) : bind(fd, (struct sockaddr *)&four, sizeof four);
    if (bound == 0 && listen(fd, backlog) == 0) return fd;
    int cause = errno;
    close(fd);
    errno = cause;
    return -1;
}
/// AF_UNIX, AF_INET, AF_INET6 when the descriptor is a listening stream socket; -1 otherwise.
static inline int pulse_listening_family(int fd) {
    struct sockaddr_storage address;
    socklen_t length = sizeof address;
    int listens = 0, type = 0;
    socklen_t size = sizeof listens;
    if (getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) < 0 || !listens) return -1;
    size = sizeof type;
    if (getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size) < 0 || type != SOCK_STREAM) return -1;
    if (getsockname(fd, (struct sockaddr *)&address, &length) < 0) return -1;
    return address.ss_family;
}
/// Where a TCP socket is bound: the numeric address into `text` as pulse_address_text writes it, and the port; 0 = nowhere.
static inline int pulse_bound_address(int fd, char *text, socklen_t size, uint16_t *port) {
    struct sockaddr_storage address;
    socklen_t length = sizeof address;
    if (getsockname(fd, (struct sockaddr *)&address, &length) < 0 || !pulse_address_text(&address, text, size)) return 0;
    *port = ntohs(
        address.ss_family == AF_INET ? ((struct sockaddr_in *)&address)->sin_port
                                     : ((struct sockaddr_in6 *)&address)->sin6_port);
    return 1;
}
/// For lines that shall be read when they are written, also through a pipe.
static inline void pulse_buffer_output_by_lines(void) { setvbuf(stdout, NULL, _IOLBF, 0); }
/// -1 where there is no terminal. (In C, since `struct winsize` belongs to yet another module of Swift's.)
static inline int pulse_terminal_size(int fd, unsigned short *columns, unsigned short *lines) {
    struct winsize size;
    if (ioctl(fd, TIOCGWINSZ, &size) < 0) return -1;
    *columns = size.ws_col;
    *lines = size.ws_row;
    return 0;
}
static inline int pulse_set_nonblocking(int fd) { return fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK); }
/// Every datagram then carries its sender's credentials.
static inline int pulse_pass_credentials(int fd) {
    int on = 1;
    return setsockopt(fd, SOL_SOCKET, SO_PASSCRED, &on, sizeof on);
}
static inline int pulse_signal_descriptor(const sigset_t *set) { return signalfd(-1, set, SFD_NONBLOCK | SFD_CLOEXEC); }
static inline int pulse_pipe(int ends[2]) {
    if (pipe(ends) < 0) return -1;
    fcntl(ends[0], F_SETFD, FD_CLOEXEC);
    fcntl(ends[1], F_SETFD, FD_CLOEXEC);
    return 0;
}
