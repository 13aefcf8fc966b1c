#include "embed.h"

#include <stdio.h>
#include <stdlib.h>

#include "device.h"
#include "json.h"
#include "tei.h"
#include "tokens.h"
#include "vectors.h"

void embed_answer(Ask *ask) {
    if (ask->connection != NULL) {
        size_t length = 1;
        for (size_t index = 0; index < ask->count; index++) length += ask->inputs[index].vector.count + 1;
        double queue = ask->queue_seconds / (double)ask->count, inference = ask->inference_seconds / (double)ask->count;
        double total = now() - ask->came;
        static Buffer headers;
        headers.count = 0;
        buffer_format(
            &headers,
            "x-compute-type: cpu\r\nx-compute-time: %.0f\r\nx-compute-characters: %zu\r\nx-compute-tokens: %zu\r\n"
            "x-total-time: %.0f\r\nx-tokenization-time: 0\r\nx-queue-time: %.0f\r\nx-inference-time: %.0f\r\n",
            1000 * total, ask->characters, ask->tokens, 1000 * total, 1000 * queue, 1000 * inference);
        Buffer *out = http_answer(ask->connection, 200, "application/json", buffer_all(&headers), length);
        for (size_t index = 0; index < ask->count; index++) {
            buffer_text(out, index == 0 ? "[" : ",");
            buffer_slice(out, ask->inputs[index].vector);
        }
        buffer_text(out, "]");
        seen.answered++;
        seen.inputs += ask->count;
        seen.tokens += ask->tokens;
        http_send(ask->connection);
    }
    free(ask);
}

static void gone(void *work) { ((Ask *)work)->connection = NULL; }

/* One of the faults that were asked for; true when it has been answered. */
static bool inject(Connection *connection) {
    if (now() < faults.storm_until) {
        seen.refused++;
        refuse(connection, 429, "Model is overloaded", "Overloaded");
        return true;
    }
    if (faults.every == 0 || ++faults.count % faults.every != 0) return false;
    seen.injected++;
    switch (faults.status) {
    case 413: http_reply(connection, 413, "text/plain", SLICE("Failed to buffer the request body")); break;
    case 424: refuse(connection, 424, "inference failed", "Backend"); break;
    case 429: refuse(connection, 429, "Model is overloaded", "Overloaded"); break;
    default: refuse(connection, faults.status, "asked for by /control", "Validation");
    }
    return true;
}

static Ask *read_inputs(Slice inputs, size_t *longest) {
    static Buffer text;
    Slice one;
    size_t room = 32, count = 0;
    Ask *ask = memory(NULL, sizeof *ask + room * sizeof(Input));
    *ask = (Ask){.came = now()};
    bool is_single = json_is(inputs, '"');
    JsonWalk walk = json_walk(inputs);
    while (is_single ? count == 0 : json_element(&walk, &one)) {
        if (count == room) ask = memory(ask, sizeof *ask + (room *= 2) * sizeof(Input));
        text.count = 0;
        json_unescape(is_single ? inputs : one, &text);
        size_t tokens = token_count(buffer_all(&text)) + SPECIAL_TOKENS;
        ask->inputs[count++] = (Input){vector_of(buffer_all(&text)), tokens};
        ask->tokens += tokens;
        ask->characters += character_count(buffer_all(&text));
        if (tokens > *longest) *longest = tokens;
    }
    ask->count = ask->missing = count;
    return ask;
}

void embed(Connection *connection, const Request *request) {
    seen.requests++;
    if (inject(connection)) return;
    size_t longest = 0;
    Ask *ask = read_inputs(json_find(request->body, "inputs"), &longest);
    char reason[128] = "";
    if (ask->count == 0) {
        refuse(connection, 400, "`inputs` cannot be empty", "Empty");
    } else if ((double)ask->count > settings.max_client_batch_size) {
        snprintf(
            reason, sizeof reason, "batch size %zu > maximum allowed batch size %.0f", ask->count,
            settings.max_client_batch_size);
    } else if ((double)longest > settings.max_input_length) {
        snprintf(
            reason, sizeof reason, "`inputs` must have less than %.0f tokens. Given: %zu", settings.max_input_length,
            longest);
    } else {
        seen.sizes[ask->count < 64 ? ask->count : 64]++;
        ask->connection = connection;
        if (settings.device == 0) {
            embed_answer(ask);
            return;
        }
        if (device_take(ask)) {
            http_hold(connection, ask, gone);
            return;
        }
        seen.refused++;
        refuse(connection, 429, "Model is overloaded", "Overloaded");
    }
    if (reason[0]) {
        seen.rejected++;
        refuse(connection, 422, reason, "Validation");
    }
    free(ask);
}
