// Glibc's own module first: what it declares is then its own everywhere (see CLinux).
#pragma clang module import SwiftGlibc
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

// Macros, which Swift does not see.
static inline int pulse_tls_minimum(SSL_CTX *context) { return SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION); }
static inline int pulse_tls_server_name(SSL *session, const char *name) { return SSL_set_tlsext_host_name(session, name); }
