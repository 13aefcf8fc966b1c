// A child that does what a test tells it to: one program for every way in which a supervised process can misbehave.
//
// It carries out words, one after the other. They are its arguments, or else the contents of the first of these files in
// $TEST_FOLDER that exists: plan.SLOT.LIFE, plan.SLOT, plan. Each word is verb or verb=value; the verbs stand in one table at
// the end of verbs.c. SIGTERM ends it with exit 0 unless a word says otherwise.
#include "child.h"

static void read_plan(char *words, size_t room) {
    const char *slot = getenv("PULSE_SLOT"), *mark = getenv("PULSE_INCARNATION");
    const char *life = mark ? strrchr(mark, '/') : NULL;
    char names[3][256];
    snprintf(names[0], sizeof names[0], "plan.%s.%s", slot ? slot : "", life ? life + 1 : "");
    snprintf(names[1], sizeof names[1], "plan.%s", slot ? slot : "");
    snprintf(names[2], sizeof names[2], "plan");
    for (int i = 0; i < 3; i++) {
        int fd = open(in_folder(names[i]), O_RDONLY | O_CLOEXEC);
        if (fd < 0) continue;
        ssize_t count = read(fd, words, room - 1);
        close(fd);
        words[count > 0 ? count : 0] = 0;
        return;
    }
    snprintf(words, room, "ready wait");
}

int main(int argc, char **argv) {
    if (argc == 3 && strcmp(argv[1], "hold-at-exit") == 0) return hold_at_exit(atoi(argv[2]));
    if (argc == 3 && strcmp(argv[1], "keep-after-exit") == 0) return keep_after_exit(atoi(argv[2]));
    signal(SIGTERM, leave);
    // Whatever a language's runtime, linked in, may have put in their place: a crash must be a crash.
    const int deadly[] = {SIGSEGV, SIGABRT, SIGBUS, SIGILL, SIGFPE, SIGTRAP, SIGQUIT};
    for (size_t i = 0; i < sizeof deadly / sizeof deadly[0]; i++) signal(deadly[i], SIG_DFL);
    if (argc > 1) {
        for (int i = 1; i < argc; i++) do_word(argv[i]);
        return 0;
    }
    char words[65536];
    read_plan(words, sizeof words);
    do_words(words, " \n");
    return 0;
}
