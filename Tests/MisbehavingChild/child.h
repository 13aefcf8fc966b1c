// What the files of the misbehaving child share.
#ifndef CHILD_H
#define CHILD_H
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/// Path of a file in $TEST_FOLDER; valid until the next call but three.
const char *in_folder(const char *name);
/// One datagram to NOTIFY_SOCKET, tried again for five seconds while its queue is full.
void say(const char *text, size_t length);
/// The same, once; 0 = the queue was full.
int say_now(const char *text, size_t length);
void leave(int number);
void sleep_ms(long milliseconds);
/// The status of this very process, as JSON, in a file.
void dump(const char *name);
/// Traces a process so that it stays in the kernel when it is killed: as if a disk did not answer.
int hold_at_exit(pid_t pid);
/// Keeps the pid's death from its parent until the file "release" is there: a debugger at its prompt.
int keep_after_exit(pid_t pid);

void do_word(char *word);
/// Changes `words`, which it cuts at the separators.
void do_words(char *words, const char *separators);
#endif
