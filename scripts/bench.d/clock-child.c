// A child for measuring supervisors: its first act in main is to write CLOCK_MONOTONIC (nanoseconds, with its pid) to the
// FIFO named by CLOCK_FILE; then it says READY=1 to NOTIFY_SOCKET, and what CHILD_REPORT holds as a worker's report, and
// sleeps until a signal ends it. With CHILD_IGNORES_TERM set only SIGKILL does.
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

static void tell_time(const struct timespec *now) {
    const char *path = getenv("CLOCK_FILE");
    if (!path) return;
    char line[64];
    int length = snprintf(line, sizeof line, "%lld %d\n", now->tv_sec * 1000000000LL + now->tv_nsec, (int)getpid());
    int clock = open(path, O_WRONLY | O_APPEND | O_CLOEXEC);
    if (clock < 0 || write(clock, line, length) != length) _exit(1);
    close(clock);
}

static void notify(void) {
    const char *path = getenv("NOTIFY_SOCKET"), *report = getenv("CHILD_REPORT");
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (!path || strlen(path) >= sizeof address.sun_path) return;
    strcpy(address.sun_path, path);
    int end = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    sendto(end, "READY=1", 7, MSG_NOSIGNAL, (struct sockaddr *)&address, sizeof address);
    if (report) {
        char message[4096];
        int length = snprintf(message, sizeof message, "X_PULSE_REPORT=%s", report);
        if (length >= (int)sizeof message) _exit(1);
        sendto(end, message, length, MSG_NOSIGNAL, (struct sockaddr *)&address, sizeof address);
    }
    close(end);
}

int main(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    // Whatever becomes of the supervisor under test, its children must not outlive the measurement.
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getenv("CHILD_IGNORES_TERM")) signal(SIGTERM, SIG_IGN);
    tell_time(&now);
    notify();
    for (;;) pause();
}
