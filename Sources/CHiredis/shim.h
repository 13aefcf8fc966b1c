// Glibc's own module first: what it declares is then its own everywhere (see CLinux).
#pragma clang module import SwiftGlibc
#include <hiredis/hiredis.h>
