// Preloaded into a process, shifts its wall clock by the seconds that stand in $TEST_FOLDER/jump; all other clocks stay.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

int clock_gettime(clockid_t clock, struct timespec *now) {
    static int (*real)(clockid_t, struct timespec *);
    if (!real) real = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
    int result = real(clock, now);
    if (clock != CLOCK_REALTIME || result != 0) return result;
    char path[512];
    snprintf(path, sizeof path, "%s/jump", getenv("TEST_FOLDER") ? getenv("TEST_FOLDER") : ".");
    FILE *file = fopen(path, "re");
    long seconds = 0;
    if (file && fscanf(file, "%ld", &seconds) == 1) now->tv_sec += seconds;
    if (file) fclose(file);
    return result;
}
