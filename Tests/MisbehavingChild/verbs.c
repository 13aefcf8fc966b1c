// The words that the misbehaving child knows.
#include "child.h"
#include <sys/mman.h>

static long ping_every;  // ms; 0 = no pings
static long report_every;
static char last_report[4096];
static const char *term_file;
static volatile sig_atomic_t term_exit;

static long now_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void append(const char *name, const char *text) {
    int fd = open(in_folder(name), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (fd < 0) return;
    if (write(fd, text, strlen(text)) < 0) return;
    close(fd);
}

static void on_term(int number) {
    (void)number;
    char line[64];
    snprintf(line, sizeof line, "%d\n", getpid());
    if (term_file) append(term_file, line);
    if (term_exit >= 0) _exit(term_exit);
}

/// Waits until the file exists (NULL = for ever); pings and reports meanwhile, if told to.
static void wait_for(const char *name) {
    long pinged = 0, reported = 0;
    while (!name || access(in_folder(name), F_OK) != 0) {
        long now = now_ms();
        if (ping_every && now - pinged >= ping_every) {
            say_now("WATCHDOG=1", 10);
            pinged = now;
        }
        if (report_every && now - reported >= report_every) {
            say_now(last_report, strlen(last_report));
            reported = now;
        }
        if (!name && !ping_every && !report_every) pause();
        else sleep_ms(2);
    }
}

static void ready(char *value) { (void)value; say("READY=1", 7); }
static void say_word(char *value) { say(value, strlen(value)); }
static void ping(char *value) { ping_every = atol(value); }

/// activity[:in flight[:every ms[:name]]]
static void report(char *value) {
    char *activity = strtok(value, ":"), *load = strtok(NULL, ":"), *every = strtok(NULL, ":"), *name = strtok(NULL, ":");
    const char *state = activity && strcmp(activity, "waiting") == 0 ? "unhealthy" : "healthy";
    snprintf(
        last_report, sizeof last_report,
        "X_PULSE_REPORT={\"v\":1,\"worker\":\"%s%d\",\"activity\":\"%s\",\"services\":{\"redis\":{\"state\":\"healthy\"},"
        "\"tei\":{\"state\":\"healthy\"},\"qdrant\":{\"state\":\"%s\",\"reason\":\"connection refused (http://h:1)\"}},"
        "\"done\":1,\"failed\":0,\"retried\":0,\"in_flight\":%d,\"current\":[],\"unlisted\":0}",
        name ? name : "w", getpid(), activity ? activity : "serving", state, load ? atoi(load) : 0);
    say(last_report, strlen(last_report));
    report_every = every ? atol(every) : 0;
}

/// So many random bytes to the notify socket, more than once.
static void garbage(char *value) {
    long size = atol(value);
    char *bytes = malloc(size);
    for (int round = 0; round < 20; round++) {
        for (long i = 0; i < size; i++) bytes[i] = rand();
        say_now(bytes, size);
    }
    free(bytes);
}

static void wait_word(char *value) { wait_for(value); }
static void hang(char *value) { (void)value; for (;;) pause(); }
static void spin(char *value) { (void)value; for (volatile unsigned long i = 0;; i++) {} }
static void sleep_word(char *value) { sleep_ms(atol(value)); }
static void exit_word(char *value) { _exit(atoi(value)); }
static void raise_word(char *value) { kill(getpid(), atoi(value)); }

static void touch(char *value) {
    char line[64];
    snprintf(line, sizeof line, "%d\n", getpid());
    append(value, line);
}

static void ignore(char *value) { signal(atoi(value), SIG_IGN); }

/// file[:exit code]; without a code it goes on.
static void on_term_word(char *value) {
    char *colon = strchr(value, ':');
    term_exit = colon ? atoi(colon + 1) : -1;
    if (colon) *colon = 0;
    term_file = strdup(value);
    signal(SIGTERM, on_term);
}

/// Once the supervisor is gone: the file, then the end.
static void lifeline(char *value) {
    char byte;
    while (read(3, &byte, 1) < 0 && errno == EINTR) {}
    touch(value);
    _exit(0);
}

static void print(char *value) { dprintf(1, "%s\n", value); }
static void print_part(char *value) { dprintf(1, "%s", value); }
static void complain(char *value) { dprintf(2, "%s\n", value); }

static void lines(char *value) {
    for (long i = 1, count = atol(value); i <= count; i++) dprintf(1, "line %ld\n", i);
}

/// So many megabytes without an end of line.
static void flood(char *value) {
    static char piece[65536];
    memset(piece, 'x', sizeof piece);
    for (long left = atol(value) << 20; left > 0;) {
        ssize_t count = write(1, piece, left < (long)sizeof piece ? (size_t)left : sizeof piece);
        if (count < 0 && errno != EINTR) return;
        if (count > 0) left -= count;
    }
}

static void hex(char *value) {
    for (; value[0] && value[1]; value += 2) {
        unsigned byte;
        sscanf(value, "%2x", &byte);
        if (write(1, &(char){(char)byte}, 1) < 0) return;
    }
}

static void close_word(char *value) { close(atoi(value)); }
static void dump_word(char *value) { dump(value); }
static void new_session(char *value) { (void)value; setsid(); }
static void new_group(char *value) { (void)value; setpgid(0, 0); }

static void allocate(char *value) {
    size_t size = (size_t)atol(value) << 20;
    char *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory != MAP_FAILED) memset(memory, 1, size);
}

/// A child that does the words, separated by commas.
static void fork_word(char *value) {
    if (fork() != 0) return;
    signal(SIGTERM, SIG_DFL);
    do_words(value, ",");
    _exit(0);
}

/// The same, but a grandchild whose parent is gone at once.
static void orphan(char *value) {
    pid_t child = fork();
    if (child == 0) {
        if (fork() == 0) {
            signal(SIGTERM, SIG_DFL);
            do_words(value, ",");
        }
        _exit(0);
    }
    waitpid(child, NULL, 0);
}

/// So many orphans that end at once.
static void orphans(char *value) {
    for (long i = 0, count = atol(value); i < count; i++) {
        pid_t child = fork();
        if (child == 0) {
            if (fork() == 0) _exit(7);
            _exit(0);
        }
        waitpid(child, NULL, 0);
    }
}

/// Becomes another program with an empty environment: sleep, for so many seconds. Nothing marks it as ours any more.
static void unmark(char *value) {
    execle("/bin/sleep", "sleep", value, (char *)NULL, (char *[]){NULL});
    _exit(127);
}

/// Somebody outside of everything traces us.
static void traced(const char *how) {
    char name[64], pid[32], folder[512];
    snprintf(pid, sizeof pid, "%d", getpid());
    snprintf(folder, sizeof folder, "TEST_FOLDER=%s", getenv("TEST_FOLDER"));
    if (fork() == 0) {
        setsid();
        close(3);
        close(4);
        execle("/proc/self/exe", "holder", how, pid, (char *)NULL, (char *[]){folder, NULL});
        _exit(127);
    }
    snprintf(name, sizeof name, "held-%s", pid);
    wait_for(name);
}

/// Held when we are killed.
static void unkillable(char *value) {
    (void)value;
    traced("hold-at-exit");
}

/// Held when we are dead.
static void debugged(char *value) {
    (void)value;
    traced("keep-after-exit");
}

static const struct {
    const char *name;
    void (*act)(char *value);
} verbs[] = {
    {"ready", ready}, {"say", say_word}, {"ping", ping}, {"report", report}, {"garbage", garbage},
    {"wait", wait_word}, {"hang", hang}, {"spin", spin}, {"sleep", sleep_word}, {"exit", exit_word},
    {"raise", raise_word}, {"touch", touch}, {"ignore", ignore}, {"onterm", on_term_word}, {"lifeline", lifeline},
    {"print", print}, {"part", print_part}, {"complain", complain}, {"lines", lines}, {"flood", flood}, {"hex", hex},
    {"close", close_word}, {"dump", dump_word}, {"setsid", new_session}, {"setpgid", new_group},
    {"allocate", allocate}, {"fork", fork_word}, {"orphan", orphan}, {"orphans", orphans}, {"unmark", unmark},
    {"unkillable", unkillable}, {"debugged", debugged},
};

void do_word(char *word) {
    char *equals = strchr(word, '=');
    if (equals) *equals = 0;
    for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++) {
        if (strcmp(verbs[i].name, word) != 0) continue;
        verbs[i].act(equals ? equals + 1 : NULL);
        return;
    }
    dprintf(2, "misbehaving-child: no such word: %s\n", word);
    _exit(64);
}

void do_words(char *words, const char *separators) {
    char *rest = words;
    for (char *word; (word = strsep(&rest, separators));) {
        if (*word) do_word(word);
    }
}
