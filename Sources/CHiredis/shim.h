// The same view of the C library as CLinux has: a file that sees both modules would otherwise find two definitions of fd_set.
#define _GNU_SOURCE 1
#include <hiredis/hiredis.h>
