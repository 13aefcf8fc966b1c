/* Linked into every program of a build with the thread sanitizer. Swift's Mutex takes a free lock in the caller's own code,
   which the sanitizer sees, but a contended one inside libswiftSynchronization, which it does not: without these two in the
   library's place, everything that a contended Mutex guards would count as a race.
   Names and conventions: Synchronization/Mutex/LinuxImpl.swift of Swift's standard library; `self` is the lock's word. */
#include <dlfcn.h>
#include <stdint.h>
#include <stdlib.h>

#define LOCK_SLOW "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF"
#define UNLOCK_SLOW "$s15Synchronization12_MutexHandleV11_unlockSlowyyF"
#define SWIFT __attribute__((swiftcall))
#define SELF __attribute__((swift_context)) void *self

typedef SWIFT void Lock(uint32_t thread, SELF);
typedef SWIFT void Unlock(SELF);

void __tsan_acquire(void *address);
void __tsan_release(void *address);

static void *library(const char *name) {
    void *found = dlsym(RTLD_NEXT, name);
    if (!found) abort();
    return found;
}

SWIFT void lock_slow(uint32_t thread, SELF) __asm__(LOCK_SLOW);
SWIFT void lock_slow(uint32_t thread, SELF) {
    ((Lock *)library(LOCK_SLOW))(thread, self);
    __tsan_acquire(self);
}

SWIFT void unlock_slow(SELF) __asm__(UNLOCK_SLOW);
SWIFT void unlock_slow(SELF) {
    __tsan_release(self);
    ((Unlock *)library(UNLOCK_SLOW))(self);
}

/* A test that kills a program by SIGSEGV wants it to die of it. */
const char *__tsan_default_options(void) { return "handle_segv=0:handle_abort=0:atexit_sleep_ms=0:log_path=" REPORTS; }
