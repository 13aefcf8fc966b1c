/* Linked into every program of a build with the address sanitizer. A test that kills a program by SIGSEGV wants it to die of
   it; and what a program still holds when it is told to end is no leak. */
const char *__asan_default_options(void) { return "handle_segv=0:handle_abort=0:detect_leaks=0:log_path=" REPORTS; }
