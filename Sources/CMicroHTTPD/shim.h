// Glibc's own module first: what it declares is then its own everywhere (see CLinux).
#pragma clang module import SwiftGlibc
#include <microhttpd.h>

// libmicrohttpd configures and asks through variadic functions, which Swift cannot call.

/// A daemon that neither accepts nor owns a thread: connections are handed to it, and `pulse_http_events` is polled by us.
static inline struct MHD_Daemon *pulse_http_start(
    MHD_AccessHandlerCallback handler, void *(*begun)(void *, const char *, struct MHD_Connection *),
    MHD_RequestCompletedCallback completed, MHD_NotifyConnectionCallback notify, void *context,
    unsigned int connections, size_t memory) {
    return MHD_start_daemon(
        MHD_USE_EPOLL | MHD_USE_NO_LISTEN_SOCKET | MHD_ALLOW_SUSPEND_RESUME, 0, NULL, NULL, handler, context,
        MHD_OPTION_URI_LOG_CALLBACK, begun, context, MHD_OPTION_NOTIFY_COMPLETED, completed, context, MHD_OPTION_NOTIFY_CONNECTION, notify, context,
        MHD_OPTION_CONNECTION_LIMIT, connections, MHD_OPTION_CONNECTION_MEMORY_LIMIT, memory, MHD_OPTION_END);
}
static inline int pulse_http_events(struct MHD_Daemon *daemon) {
    const union MHD_DaemonInfo *info = MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_EPOLL_FD);
    return info ? info->epoll_fd : -1;
}
static inline int pulse_http_socket(struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    return info ? info->connect_fd : -1;
}
/// Hands each header to `take`, in the order of arrival.
static inline void pulse_http_headers(
    struct MHD_Connection *connection, MHD_KeyValueIteratorN take, void *context) {
    MHD_get_connection_values_n(connection, MHD_HEADER_KIND, take, context);
}
/// Bytes of the request line and the headers; 0 while they are not complete.
static inline size_t pulse_http_head_size(struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
    return info ? info->header_size : 0;
}
/// Hands each argument of the query to `take`.
static inline void pulse_http_query(
    struct MHD_Connection *connection, MHD_KeyValueIterator take, void *context) {
    MHD_get_connection_values(connection, MHD_GET_ARGUMENT_KIND, take, context);
}
static inline struct MHD_Response *pulse_http_response(void *bytes, size_t size) {
    return MHD_create_response_from_buffer(size, bytes, MHD_RESPMEM_MUST_COPY);
}
/// A response of unknown length, in chunks, that `read` fills; `release` gives `context` back.
static inline struct MHD_Response *pulse_http_stream(
    void *context, MHD_ContentReaderCallback read, MHD_ContentReaderFreeCallback release) {
    return MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, 4096, read, context, release);
}
static const ssize_t pulse_http_end = MHD_CONTENT_READER_END_OF_STREAM;
static inline int pulse_http_is_close(enum MHD_ConnectionNotificationCode what) {
    return what == MHD_CONNECTION_NOTIFY_CLOSED;
}
/// One turn of the daemon; true when it wants another one at once.
static inline int pulse_http_run(struct MHD_Daemon *daemon) {
    MHD_UNSIGNED_LONG_LONG wait = 0;
    MHD_run(daemon);
    return MHD_get_timeout(daemon, &wait) == MHD_YES && wait == 0;
}
static const enum MHD_Result pulse_http_yes = MHD_YES;
static const enum MHD_Result pulse_http_no = MHD_NO;
