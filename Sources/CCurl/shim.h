// curl_easy_setopt and curl_easy_getinfo are variadic, which Swift cannot call: one typed door per argument type.
// Glibc's own module first: what it declares is then its own everywhere (see CLinux).
#pragma clang module import SwiftGlibc
#include <curl/curl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <sys/socket.h>

static inline CURLcode pulse_curl_set_long(CURL *handle, CURLoption option, long value) {
    return curl_easy_setopt(handle, option, value);
}
static inline CURLcode pulse_curl_set_offset(CURL *handle, CURLoption option, curl_off_t value) {
    return curl_easy_setopt(handle, option, value);
}
static inline CURLcode pulse_curl_set_string(CURL *handle, CURLoption option, const char *value) {
    return curl_easy_setopt(handle, option, value);
}
static inline CURLcode pulse_curl_set_pointer(CURL *handle, CURLoption option, void *value) {
    return curl_easy_setopt(handle, option, value);
}
typedef size_t (*pulse_curl_data_callback)(char *bytes, size_t size, size_t count, void *context);
static inline CURLcode pulse_curl_set_data(CURL *handle, CURLoption option, pulse_curl_data_callback value) {
    return curl_easy_setopt(handle, option, value);
}
typedef int (*pulse_curl_seek_callback)(void *context, curl_off_t offset, int origin);
static inline CURLcode pulse_curl_set_seeker(CURL *handle, CURLoption option, pulse_curl_seek_callback value) {
    return curl_easy_setopt(handle, option, value);
}
static inline CURLcode pulse_curl_get_long(CURL *handle, CURLINFO info, long *value) {
    return curl_easy_getinfo(handle, info, value);
}
static inline CURLcode pulse_curl_get_pointer(CURL *handle, CURLINFO info, void **value) {
    return curl_easy_getinfo(handle, info, value);
}
static inline CURLMcode pulse_curl_multi_set_long(CURLM *handle, CURLMoption option, long value) {
    return curl_multi_setopt(handle, option, value);
}
static inline CURLcode pulse_curl_get_offset(CURL *handle, CURLINFO info, curl_off_t *value) {
    return curl_easy_getinfo(handle, info, value);
}
static inline int pulse_curl_socket_made(void *milliseconds, curl_socket_t socket, curlsocktype purpose) {
    unsigned int bound = (unsigned int)(uintptr_t)milliseconds;
    (void)purpose;
    // A Unix socket has no such option, nor the need for it.
    (void)setsockopt(socket, IPPROTO_TCP, TCP_USER_TIMEOUT, &bound, sizeof bound);
    return CURL_SOCKOPT_OK;
}
// What has been sent and is not acknowledged for so long is given up, and the connection with it.
static inline void pulse_curl_bound_delivery(CURL *handle, unsigned int milliseconds) {
    curl_easy_setopt(handle, CURLOPT_SOCKOPTFUNCTION, pulse_curl_socket_made);
    curl_easy_setopt(handle, CURLOPT_SOCKOPTDATA, (void *)(uintptr_t)milliseconds);
}
