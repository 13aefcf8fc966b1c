// Glibc's own module first: what it declares is then its own everywhere (see CLinux).
#pragma clang module import SwiftGlibc
#include <hiredis/hiredis.h>

// Replies of RESP3, which hiredis reads from 1.0 on. We never ask for them; a server may send them all the same.
#ifndef REDIS_REPLY_DOUBLE
#define REDIS_REPLY_DOUBLE 7
#define REDIS_REPLY_BOOL 8
#define REDIS_REPLY_MAP 9
#define REDIS_REPLY_SET 10
#define REDIS_REPLY_PUSH 12
#define REDIS_REPLY_BIGNUM 13
#define REDIS_REPLY_VERB 14
#endif
