/* Stands in for Text Embeddings Inference 1.9, so fast that it hides nothing of whoever asks.
     tei PORT [name=value]...   (the names are those of `settings` below; a model's facts as /info has them)
   Besides TEI's routes:
     GET /stats                 what was asked and, with device=1, how the device fared
     POST /control?...          reset=1; storm=SECONDS (429 for everybody); slow=SECONDS with factor=10;
                                every=N with status=424 (each n-th request; 0 = none)
     GET /vectors               all vectors, one a line */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "device.h"
#include "json.h"
#include "tei.h"
#include "tokens.h"
#include "vectors.h"

struct Settings settings = {
    .dimension = 384, .max_input_length = 8192, .max_batch_tokens = 16384, .max_client_batch_size = 32,
    .max_concurrent_requests = 512, .payload_limit = 2000000, .vectors = 2048, .ahead = 1, .base_ms = 5, .token_us = 2,
};
struct Seen seen;
Faults faults;

double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static const char JSON[] = "application/json";

void refuse(Connection *connection, int status, const char *error, const char *type) {
    Buffer body = {0};
    buffer_format(&body, "{\"error\":\"%s\",\"error_type\":\"%s\"}", error, type);
    http_reply(connection, status, JSON, buffer_all(&body));
    free(body.bytes);
}

static void info(Connection *connection) {
    Buffer body = {0};
    buffer_format(
        &body,
        "{\"model_id\":\"stand-in\",\"model_sha\":\"1\",\"model_dtype\":\"float32\",\"model_type\":{\"embedding\":"
        "{\"pooling\":\"mean\"}},\"max_concurrent_requests\":%.0f,\"max_input_length\":%.0f,\"max_batch_tokens\":%.0f,"
        "\"max_batch_requests\":null,\"max_client_batch_size\":%.0f,\"auto_truncate\":true,"
        "\"tokenization_workers\":1,\"version\":\"1.9.3\"}",
        settings.max_concurrent_requests, settings.max_input_length, settings.max_batch_tokens,
        settings.max_client_batch_size);
    http_reply(connection, 200, JSON, buffer_all(&body));
    free(body.bytes);
}

static void tokenize(Connection *connection, const Request *request) {
    static Buffer text, body;
    Slice inputs = json_find(request->body, "inputs"), input;
    Slice special = json_find(request->body, "add_special_tokens");
    JsonWalk walk = json_walk(inputs);
    body.count = 0;
    while (json_element(&walk, &input)) {
        text.count = 0;
        json_unescape(input, &text);
        buffer_text(&body, body.count > 0 ? "," : "[");
        token_list(buffer_all(&text), !slice_is(special, "false"), &body);
        seen.tokenized_bytes += text.count;
    }
    buffer_text(&body, "]");
    seen.tokenize_requests++;
    http_reply(connection, 200, JSON, buffer_all(&body));
}

static void stats(Connection *connection) {
    Buffer body = {0};
    buffer_format(
        &body,
        "{\"seconds\":%.6f,\"requests\":%zu,\"answered\":%zu,\"refused\":%zu,\"injected\":%zu,\"rejected\":%zu,"
        "\"inputs\":%zu,\"tokens\":%zu,\"tokenize_requests\":%zu,\"tokenized_bytes\":%zu,\"sizes\":{",
        now() - seen.since, seen.requests, seen.answered, seen.refused, seen.injected, seen.rejected, seen.inputs,
        seen.tokens, seen.tokenize_requests, seen.tokenized_bytes);
    bool is_first = true;
    for (size_t size = 0; size <= 64; size++)
        if (seen.sizes[size] > 0) {
            buffer_format(&body, "%s\"%zu\":%zu", is_first ? "" : ",", size, seen.sizes[size]);
            is_first = false;
        }
    buffer_text(&body, "}");
    if (settings.device != 0) {
        buffer_text(&body, ",");
        device_stats(&body);
    }
    buffer_text(&body, "}");
    http_reply(connection, 200, JSON, buffer_all(&body));
    free(body.bytes);
}

static void control(Connection *connection, Slice query) {
    if (http_number(query, "reset", 0) != 0) {
        memset(&seen, 0, sizeof seen);
        seen.since = now();
        device_reset();
    }
    faults.storm_until = now() + http_number(query, "storm", faults.storm_until - now());
    double slow = http_number(query, "slow", -1);
    if (slow >= 0) device_slow(slow, http_number(query, "factor", 10));
    faults.every = (size_t)http_number(query, "every", (double)faults.every);
    faults.status = (int)http_number(query, "status", faults.status);
    http_reply(connection, 200, JSON, SLICE("{}"));
}

static void list_vectors(Connection *connection) {
    Buffer body = {0};
    vectors_list(&body);
    http_reply(connection, 200, "text/plain", buffer_all(&body));
    free(body.bytes);
}

/* The last part of the path: what stands before it may name who asks. */
static Slice route(Slice path) {
    const char *slash = memrchr(path.bytes, '/', path.count);
    size_t before = slash ? (size_t)(slash + 1 - path.bytes) : 0;
    return (Slice){path.bytes + before, path.count - before};
}

static void answer(Connection *connection, const Request *request) {
    Slice name = route(request->path);
    if (slice_is(name, "embed")) embed(connection, request);
    else if (slice_is(name, "tokenize")) tokenize(connection, request);
    else if (slice_is(name, "info")) info(connection);
    else if (slice_is(name, "stats")) stats(connection);
    else if (slice_is(name, "control")) control(connection, request->query);
    else if (slice_is(name, "vectors")) list_vectors(connection);
    else if (slice_is(name, "health") || slice_is(name, "ping") || name.count == 0)
        http_reply(connection, 200, "text/plain", SLICE(""));
    else http_reply(connection, 404, "text/plain", SLICE(""));
}

static void too_large(Connection *connection, const Request *request) {
    (void)request;
    http_reply(
        connection, 413, "text/plain", SLICE("Failed to buffer the request body: length limit exceeded"));
}

static void read_setting(const char *argument) {
    struct {
        const char *name;
        double *value;
    } known[] = {
        {"dimension", &settings.dimension},
        {"max_input_length", &settings.max_input_length},
        {"max_batch_tokens", &settings.max_batch_tokens},
        {"max_client_batch_size", &settings.max_client_batch_size},
        {"max_concurrent_requests", &settings.max_concurrent_requests},
        {"payload_limit", &settings.payload_limit},
        {"vectors", &settings.vectors},
        {"device", &settings.device},
        {"ahead", &settings.ahead},
        {"base_ms", &settings.base_ms},
        {"token_us", &settings.token_us},
    };
    for (size_t index = 0; index < sizeof known / sizeof *known; index++) {
        size_t length = strlen(known[index].name);
        if (strncmp(argument, known[index].name, length) == 0 && argument[length] == '=') {
            *known[index].value = atof(argument + length + 1);
            return;
        }
    }
    fprintf(stderr, "tei: unknown setting %s\n", argument);
    exit(64);
}

int main(int count, char **arguments) {
    if (count < 2) {
        fputs("tei PORT [name=value]...\n", stderr);
        return 64;
    }
    for (int index = 2; index < count; index++) read_setting(arguments[index]);
    vectors_make((size_t)settings.vectors, (size_t)settings.dimension);
    seen.since = now();
    if (settings.device != 0)
        device_start((DeviceSettings){
            (size_t)settings.max_concurrent_requests, (size_t)settings.max_batch_tokens, (size_t)settings.ahead,
            settings.base_ms / 1e3, settings.token_us / 1e6});
    http_serve(atoi(arguments[1]), (size_t)settings.payload_limit, answer, too_large);
}
