#include "http.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { PIECE = 1 << 18, EVENTS = 64, HEAD = 1 << 16 };

/* What epoll knows of a descriptor: a connection has no `ready`. */
typedef struct {
    void (*ready)(void);
} Watch;

struct Connection {
    Watch watch;
    int descriptor;
    Buffer in, out;
    size_t sent;
    /* How many bytes of `in` the present request has, and whether "100 Continue" was said for it. */
    size_t needed;
    bool is_held, wants_write, was_told_to_continue, must_close, is_closed;
    void *work;
    void (*gone)(void *work);
    Connection *next_closed;
};

static int queue = -1, listener = -1;
static size_t largest_body;
static Handler *handle, *refuse_large;
/* Freed after the round, for a later event of it may still name them. */
static Connection *closed;

static void fail(const char *what) {
    fprintf(stderr, "stand-in: %s: %s\n", what, strerror(errno));
    exit(1);
}

static void wait_for(int operation, int descriptor, uint32_t events, void *watch) {
    struct epoll_event event = {.events = events, .data.ptr = watch};
    if (epoll_ctl(queue, operation, descriptor, &event) != 0) fail("epoll_ctl");
}

static void ensure_queue(void) {
    if (queue < 0 && (queue = epoll_create1(EPOLL_CLOEXEC)) < 0) fail("epoll_create1");
}

void http_watch(int descriptor, void (*ready)(void)) {
    ensure_queue();
    Watch *watch = memory(NULL, sizeof *watch);
    watch->ready = ready;
    wait_for(EPOLL_CTL_ADD, descriptor, EPOLLIN, watch);
}

static void drop(Connection *connection) {
    if (connection->is_closed) return;
    connection->is_closed = true;
    if (connection->is_held && connection->gone) connection->gone(connection->work);
    close(connection->descriptor);
    connection->next_closed = closed;
    closed = connection;
}

static void free_closed(void) {
    while (closed) {
        Connection *connection = closed;
        closed = connection->next_closed;
        free(connection->in.bytes);
        free(connection->out.bytes);
        free(connection);
    }
}

static void accept_all(void) {
    int descriptor;
    while ((descriptor = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
        int on = 1;
        setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        Connection *connection = memory(NULL, sizeof *connection);
        *connection = (Connection){.descriptor = descriptor};
        wait_for(EPOLL_CTL_ADD, descriptor, EPOLLIN, connection);
    }
}

void http_hold(Connection *connection, void *work, void (*gone)(void *work)) {
    connection->is_held = true;
    connection->work = work;
    connection->gone = gone;
}

static const char *reason(int status) { return status == 200 ? "OK" : "Refused"; }

Buffer *http_answer(Connection *connection, int status, const char *type, Slice headers, size_t length) {
    Buffer *out = &connection->out;
    buffer_reserve(out, headers.count + length + 256);
    buffer_format(
        out, "HTTP/1.1 %d %s\r\ncontent-type: %s\r\ncontent-length: %zu\r\n", status, reason(status), type, length);
    buffer_slice(out, headers);
    buffer_text(out, "\r\n");
    return out;
}

static void flush(Connection *connection) {
    while (connection->sent < connection->out.count) {
        ssize_t count = send(
            connection->descriptor, connection->out.bytes + connection->sent, connection->out.count - connection->sent,
            MSG_NOSIGNAL);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0 && errno == EAGAIN) {
            if (!connection->wants_write)
                wait_for(EPOLL_CTL_MOD, connection->descriptor, EPOLLIN | EPOLLOUT, connection);
            connection->wants_write = true;
            return;
        }
        if (count < 0) {
            drop(connection);
            return;
        }
        connection->sent += (size_t)count;
    }
    connection->sent = connection->out.count = 0;
    if (connection->wants_write) wait_for(EPOLL_CTL_MOD, connection->descriptor, EPOLLIN, connection);
    connection->wants_write = false;
    if (connection->must_close) drop(connection);
}

static void serve_what_came(Connection *connection);

void http_send(Connection *connection) {
    bool was_held = connection->is_held;
    connection->is_held = false;
    flush(connection);
    if (was_held && !connection->is_closed) serve_what_came(connection);
}

void http_reply(Connection *connection, int status, const char *type, Slice body) {
    buffer_slice(http_answer(connection, status, type, (Slice){"", 0}, body.count), body);
    http_send(connection);
}

/* The value of a header in the head, which ends with an empty line. */
static Slice header(Slice head, const char *name) {
    size_t length = strlen(name);
    const char *at = head.bytes, *end = head.bytes + head.count;
    while ((at = memmem(at, (size_t)(end - at), "\r\n", 2)) != NULL) {
        at += 2;
        if ((size_t)(end - at) > length && strncasecmp(at, name, length) == 0 && at[length] == ':') {
            at += length + 1;
            while (*at == ' ') at++;
            const char *stop = memmem(at, (size_t)(end - at), "\r\n", 2);
            return (Slice){at, (size_t)(stop - at)};
        }
    }
    return (Slice){NULL, 0};
}

static Slice word(const char **at, const char *end, char stop) {
    const char *found = memchr(*at, stop, (size_t)(end - *at));
    if (found == NULL) found = end;
    Slice slice = {*at, (size_t)(found - *at)};
    *at = found < end ? found + 1 : end;
    return slice;
}

/* One request of what has come; false when it is not whole yet, or nothing more is to be read. */
static bool serve_one(Connection *connection) {
    Buffer *in = &connection->in;
    if (in->count == 0 || in->count < connection->needed) return false;
    const char *stop = memmem(in->bytes, in->count < HEAD ? in->count : HEAD, "\r\n\r\n", 4);
    if (stop == NULL) {
        if (in->count >= HEAD) drop(connection);
        return false;
    }
    Slice head = {in->bytes, (size_t)(stop + 4 - in->bytes)};
    Slice length = header(head, "content-length");
    size_t size = length.bytes ? strtoull(length.bytes, NULL, 10) : 0;
    bool is_chunked = header(head, "transfer-encoding").bytes != NULL;
    bool is_large = is_chunked || size > largest_body;
    connection->needed = head.count + (is_large ? 0 : size);
    if (!connection->was_told_to_continue && !is_large && header(head, "expect").bytes) {
        connection->was_told_to_continue = true;
        buffer_text(&connection->out, "HTTP/1.1 100 Continue\r\n\r\n");
        flush(connection);
    }
    if (connection->is_closed || in->count < connection->needed) return false;
    const char *at = head.bytes, *line_end = memchr(at, '\r', head.count);
    Request request = {.method = word(&at, line_end, ' ')};
    Slice target = word(&at, line_end, ' ');
    const char *part = target.bytes, *target_end = target.bytes + target.count;
    request.path = word(&part, target_end, '?');
    request.query = (Slice){part, (size_t)(target_end - part)};
    request.body = (Slice){head.bytes + head.count, is_large ? 0 : size};
    /* As the real ones: the answer comes while the body is still being sent, and the connection ends. */
    if (is_large) connection->must_close = true;
    Slice wish = header(head, "connection");
    if (wish.bytes && strncasecmp(wish.bytes, "close", 5) == 0) connection->must_close = true;
    (is_large ? refuse_large : handle)(connection, &request);
    if (connection->is_closed) return false;
    size_t used = connection->needed;
    memmove(in->bytes, in->bytes + used, in->count - used);
    in->count -= used;
    connection->needed = 0;
    connection->was_told_to_continue = false;
    return !connection->is_held;
}

static void serve_what_came(Connection *connection) {
    while (serve_one(connection)) {}
}

static void read_more(Connection *connection) {
    Buffer *in = &connection->in;
    if (connection->needed > in->count) buffer_reserve(in, connection->needed - in->count);
    while (true) {
        char *room = buffer_reserve(in, PIECE);
        ssize_t count = recv(connection->descriptor, room, in->room - in->count, 0);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0 && errno == EAGAIN) return;
        if (count <= 0) {
            drop(connection);
            return;
        }
        in->count += (size_t)count;
        if (!connection->is_held) serve_what_came(connection);
        if (connection->is_closed || in->count > largest_body + HEAD) return;
    }
}

double http_number(Slice query, const char *name, double otherwise) {
    const char *at = query.bytes, *end = query.bytes + query.count;
    while (at < end) {
        Slice pair = word(&at, end, '&');
        size_t length = strlen(name);
        if (pair.count > length + 1 && memcmp(pair.bytes, name, length) == 0 && pair.bytes[length] == '=')
            return strtod(pair.bytes + length + 1, NULL);
    }
    return otherwise;
}

void http_serve(int port, size_t largest, Handler *handler, Handler *too_large) {
    largest_body = largest;
    handle = handler;
    refuse_large = too_large;
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int on = 1;
    listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(listener, (struct sockaddr *)&address, sizeof address) != 0 || listen(listener, 1024) != 0) fail("bind");
    http_watch(listener, accept_all);
    puts("ready");
    fflush(stdout);
    struct epoll_event events[EVENTS];
    while (true) {
        int count = epoll_wait(queue, events, EVENTS, -1);
        if (count < 0 && errno != EINTR) fail("epoll_wait");
        for (int index = 0; index < count; index++) {
            Watch *watch = events[index].data.ptr;
            if (watch->ready) {
                watch->ready();
                continue;
            }
            Connection *connection = (Connection *)watch;
            if (!connection->is_closed && events[index].events & EPOLLOUT) flush(connection);
            if (!connection->is_closed && events[index].events & (EPOLLIN | EPOLLHUP | EPOLLERR)) read_more(connection);
        }
        free_closed();
    }
}
