// A child for measuring the supervisor: its first act in main is to write CLOCK_MONOTONIC (nanoseconds, with its pid) to the
// FIFO or file named by CLOCK_FILE; then it says READY=1 to NOTIFY_SOCKET and sleeps until a signal ends it.
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

int main(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    const char *path = getenv("CLOCK_FILE");
    if (path) {
        char line[64];
        int length = snprintf(line, sizeof line, "%lld %d\n", now.tv_sec * 1000000000LL + now.tv_nsec, (int)getpid());
        int clock = open(path, O_WRONLY | O_APPEND | O_CLOEXEC);
        if (clock < 0 || write(clock, line, length) != length) return 1;
        close(clock);
    }
    const char *notify = getenv("NOTIFY_SOCKET");
    if (notify && strlen(notify) < sizeof(((struct sockaddr_un *)0)->sun_path)) {
        struct sockaddr_un address = {.sun_family = AF_UNIX};
        strcpy(address.sun_path, notify);
        int end = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
        sendto(end, "READY=1", 7, MSG_DONTWAIT | MSG_NOSIGNAL, (struct sockaddr *)&address, sizeof address);
        close(end);
    }
    for (;;) pause();
}
