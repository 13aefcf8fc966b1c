// Speaking, waiting and telling of itself.
#include "child.h"
#include <dirent.h>
#include <sys/ptrace.h>
#include <sys/resource.h>

const char *in_folder(const char *name) {
    static char paths[4][512];
    static int next;
    char *path = paths[next++ % 4];
    const char *folder = getenv("TEST_FOLDER");
    snprintf(path, sizeof paths[0], "%s/%s", folder ? folder : ".", name);
    return path;
}

int say_now(const char *text, size_t length) {
    static int fd = -1;
    const char *path = getenv("NOTIFY_SOCKET");
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (!path || strlen(path) >= sizeof address.sun_path) return 1;
    strcpy(address.sun_path, path);
    if (fd < 0) fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    ssize_t sent = sendto(fd, text, length, MSG_DONTWAIT | MSG_NOSIGNAL, (struct sockaddr *)&address, sizeof address);
    return sent >= 0 || errno != EAGAIN;
}

void say(const char *text, size_t length) {
    for (int tries = 0; tries < 5000 && !say_now(text, length); tries++) sleep_ms(1);
}

void leave(int number) {
    (void)number;
    _exit(0);
}

void sleep_ms(long milliseconds) {
    struct timespec rest = {milliseconds / 1000, milliseconds % 1000 * 1000000};
    while (nanosleep(&rest, &rest) != 0 && errno == EINTR) {}
}

static void json_text(FILE *out, const char *text) {
    fputc('"', out);
    for (; *text; text++) {
        if (*text == '"' || *text == '\\') fputc('\\', out);
        if ((unsigned char)*text < 0x20) fprintf(out, "\\u%04x", *text);
        else fputc(*text, out);
    }
    fputc('"', out);
}

void dump(const char *name) {
    char temporary[300];
    snprintf(temporary, sizeof temporary, "%s.new", name);
    // Read before the file is opened: it is not one of the descriptors that we were given.
    int given[256], count = 0;
    DIR *folder = opendir("/proc/self/fd");
    for (struct dirent *entry; folder && (entry = readdir(folder));) {
        if (entry->d_name[0] != '.' && atoi(entry->d_name) != dirfd(folder)) given[count++] = atoi(entry->d_name);
    }
    closedir(folder);
    FILE *out = fopen(in_folder(temporary), "we");
    if (!out) return;
    fprintf(out, "{\"pid\":%d,\"group\":%d,\"session\":%d,\"parent\":%d,\"fds\":{", getpid(), getpgid(0), getsid(0), getppid());
    for (int i = 0; i < count; i++) {
        char link[64], target[512];
        snprintf(link, sizeof link, "/proc/self/fd/%d", given[i]);
        ssize_t length = readlink(link, target, sizeof target - 1);
        target[length > 0 ? length : 0] = 0;
        fprintf(out, "%s\"%d\":", i ? "," : "", given[i]);
        json_text(out, target);
    }
    fprintf(out, "},\"environment\":[");
    extern char **environ;
    for (char **entry = environ; *entry; entry++) {
        if (entry != environ) fputc(',', out);
        json_text(out, *entry);
    }
    struct rlimit limit;
    getrlimit(RLIMIT_NOFILE, &limit);
    fprintf(out, "],\"descriptor_limit\":%llu", (unsigned long long)limit.rlim_cur);
    FILE *status = fopen("/proc/self/status", "re");
    char line[512];
    while (status && fgets(line, sizeof line, status)) {
        char *colon = strchr(line, ':');
        if (!colon || strncmp(line, "Sig", 3) != 0) continue;
        *colon = 0;
        char *value = colon + 1 + strspn(colon + 1, " \t");
        value[strcspn(value, "\n")] = 0;
        fprintf(out, ",\"%s\":\"%s\"", line, value);
    }
    if (status) fclose(status);
    fprintf(out, "}\n");
    fclose(out);
    char from[512];
    snprintf(from, sizeof from, "%s", in_folder(temporary));
    rename(from, in_folder(name));
}

/// Traces a process, and says so.
static int seize(pid_t pid, long options) {
    if (ptrace(PTRACE_SEIZE, pid, 0, options) != 0) return -1;
    char ready[64];
    snprintf(ready, sizeof ready, "held-%d", pid);
    int fd = open(in_folder(ready), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    close(fd);
    return 0;
}

int keep_after_exit(pid_t pid) {
    if (seize(pid, 0) != 0) return 1;
    while (access(in_folder("release"), F_OK) != 0) sleep_ms(5);
    return 0;
}

int hold_at_exit(pid_t pid) {
    if (seize(pid, PTRACE_O_TRACEEXIT) != 0) return 1;
    // Everything but the end goes on; the end waits for the file "release", or for our own end.
    int status;
    while (waitpid(pid, &status, __WALL) == pid) {
        if (WIFEXITED(status) || WIFSIGNALED(status)) return 0;
        if (WIFSTOPPED(status) && status >> 8 == (SIGTRAP | PTRACE_EVENT_EXIT << 8)) {
            while (access(in_folder("release"), F_OK) != 0) sleep_ms(5);
            ptrace(PTRACE_CONT, pid, 0, 0);
        } else if (WIFSTOPPED(status)) {
            int number = WSTOPSIG(status);
            ptrace(PTRACE_CONT, pid, 0, number == SIGTRAP ? 0 : number);
        }
    }
    return 0;
}
