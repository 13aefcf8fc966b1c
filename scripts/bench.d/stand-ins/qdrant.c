/* Stands in for Qdrant's REST interface, so fast that it hides nothing of whoever writes. It remembers each point's
   payload byte for byte and its vector's CRC-32, and searches nothing.
     qdrant PORT [VERSION]
   Besides Qdrant's routes:
     GET /dump                  every point: id (16 bytes); the vector's CRC-32, its dimension, the payload's size (4
                                bytes each); when it was last written (a double, seconds since 1970); payload
     GET /stats                 what was asked; /stats?reset=1 also forgets it */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "points.h"
#include "qdrant.h"

enum { LARGEST_BODY = 32 << 20 };

static const char JSON[] = "application/json";
static const char *version = "1.19.0";

struct Seen seen;

void reply(Connection *connection, Slice body) { http_reply(connection, 200, JSON, body); }

void refuse(Connection *connection, int status, const char *text) {
    Buffer body = {0};
    buffer_format(&body, "{\"status\":{\"error\":\"%s\"},\"time\":0.0}", text);
    http_reply(connection, status, JSON, buffer_all(&body));
    free(body.bytes);
}

Buffer *result(void) {
    static Buffer body;
    body.count = 0;
    buffer_text(&body, "{\"result\":");
    return &body;
}

void send_result(Connection *connection, Buffer *body) {
    buffer_text(body, ENVELOPE_END);
    reply(connection, buffer_all(body));
}

static void stats(Connection *connection, Slice query) {
    Buffer body = {0};
    buffer_format(
        &body,
        "{\"points\":%zu,\"requests\":%zu,\"upserts\":%zu,\"upserted\":%zu,\"retrieves\":%zu,\"retrieved\":%zu,"
        "\"deletes\":%zu,\"deleted\":%zu,\"payloads\":%zu,\"scrolls\":%zu,\"counts\":%zu,\"bytes\":%zu}",
        points_count(), seen.requests, seen.upserts, seen.upserted, seen.retrieves, seen.retrieved, seen.deletes,
        seen.deleted, seen.payloads, seen.scrolls, seen.counts, seen.bytes);
    reply(connection, buffer_all(&body));
    free(body.bytes);
    if (http_number(query, "reset", 0) != 0) memset(&seen, 0, sizeof seen);
}

/* What follows /collections/NAME. */
static void answer_collection(Connection *connection, const Request *request, Slice name, Slice rest) {
    Slice body = request->body;
    bool puts = slice_is(request->method, "PUT");
    if (rest.count == 0) {
        if (puts) collection_create(connection, name, body);
        else if (slice_is(request->method, "GET")) collection_describe(connection);
        else if (slice_is(request->method, "DELETE")) collection_forget(connection);
        else reply(connection, SLICE("{\"result\":true" ENVELOPE_END));
    } else if (slice_is(rest, "/exists")) {
        Buffer *answer = result();
        buffer_text(answer, collection_exists() ? "{\"exists\":true}" : "{\"exists\":false}");
        send_result(connection, answer);
    } else if (slice_is(rest, "/index")) collection_add_index(connection, body);
    else if (slice_is(rest, "/points")) {
        if (puts) update(connection, "upsert", body);
        else retrieve(connection, body);
    } else if (slice_is(rest, "/points/delete")) update(connection, "delete", body);
    else if (slice_is(rest, "/points/payload"))
        update(connection, puts ? "overwrite_payload" : "set_payload", body);
    else if (slice_is(rest, "/points/batch")) update_all(connection, json_find(body, "operations"));
    else if (slice_is(rest, "/points/scroll")) scroll(connection, body);
    else if (slice_is(rest, "/points/count")) count_points(connection, body);
    else refuse(connection, 404, "no such route here");
}

static void answer(Connection *connection, const Request *request) {
    static const char prefix[] = "/collections";
    size_t length = sizeof prefix - 1;
    Slice path = request->path;
    seen.requests++;
    seen.bytes += request->body.count;
    struct timespec time;
    clock_gettime(CLOCK_REALTIME, &time);
    points_set_time((double)time.tv_sec + (double)time.tv_nsec / 1e9);
    if (path.count >= length && memcmp(path.bytes, prefix, length) == 0) {
        Slice name = {path.bytes + length + 1, path.count > length ? path.count - length - 1 : 0};
        if (name.count == 0) {
            collection_list(connection);
            return;
        }
        const char *slash = memchr(name.bytes, '/', name.count);
        Slice rest = {slash, slash ? name.count - (size_t)(slash - name.bytes) : 0};
        if (slash) name.count = (size_t)(slash - name.bytes);
        answer_collection(connection, request, name, rest);
    } else if (slice_is(path, "/")) {
        Buffer body = {0};
        buffer_format(
            &body, "{\"title\":\"qdrant - vector search engine\",\"version\":\"%s\",\"commit\":\"\"}", version);
        reply(connection, buffer_all(&body));
        free(body.bytes);
    } else if (slice_is(path, "/dump")) dump(connection);
    else if (slice_is(path, "/stats")) stats(connection, request->query);
    else if (slice_is(path, "/healthz") || slice_is(path, "/readyz") || slice_is(path, "/livez"))
        http_reply(connection, 200, "text/plain", SLICE("all shards are ready"));
    else refuse(connection, 404, "no such route here");
}

static void too_large(Connection *connection, const Request *request) {
    (void)request;
    refuse(connection, 400, "JSON payload is larger than allowed (limit: 33554432 bytes)");
}

int main(int count, char **arguments) {
    if (count < 2) {
        fputs("qdrant PORT [VERSION]\n", stderr);
        return 64;
    }
    if (count > 2) version = arguments[2];
    http_serve(atoi(arguments[1]), LARGEST_BODY, answer, too_large);
}
