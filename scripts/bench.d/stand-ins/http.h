#ifndef HTTP_H
#define HTTP_H

#include "buffer.h"

/* HTTP/1.1 with keep-alive on one thread: requests with a Content-Length in, answers with one out. */
typedef struct Connection Connection;

typedef struct {
    Slice method, path, query, body;
} Request;

/* Answers before it returns, or calls http_hold(): then the answer comes later, and nothing further is read from this
   connection until it does. */
typedef void Handler(Connection *connection, const Request *request);

/* Serves 127.0.0.1:port until the process is ended; says "ready" on stdout once it does.
   `largest`: bodies above it get `too_large`'s answer. */
void http_serve(int port, size_t largest, Handler *handler, Handler *too_large);

/* Calls `ready` whenever the descriptor can be read. */
void http_watch(int descriptor, void (*ready)(void));

/* `work` is done for this connection; `gone(work)` is called should the client leave before the answer. */
void http_hold(Connection *connection, void *work, void (*gone)(void *work));

/* Writes the head of an answer of exactly `length` bytes, which the caller then appends to what this returns before
   http_send(). `headers`: further lines, each ended by CRLF. */
Buffer *http_answer(Connection *connection, int status, const char *type, Slice headers, size_t length);
void http_send(Connection *connection);

/* A whole answer at once. */
void http_reply(Connection *connection, int status, const char *type, Slice body);

/* The value of a query's parameter, else `otherwise`. */
double http_number(Slice query, const char *name, double otherwise);

#endif
