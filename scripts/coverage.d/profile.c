#include <stdint.h>

/* Linked into every program of a build that counts what is run. `%c`: counters live in the file itself, so that a program
   that a test kills has counted too; `%m`: all runs of a program share one file. Its environment has no say in it, since
   the supervisor gives its children one of their own. */
const char __llvm_profile_filename[] = PROFILES "/%m%c.profraw";

/* Where nothing counts, nothing else defines it, and the runtime would complain where a test reads the program's output. */
intptr_t __llvm_profile_counter_bias = 0;
