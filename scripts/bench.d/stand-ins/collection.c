#include "points.h"
#include "qdrant.h"

/* The description as it was sent, and the indexes as members of an object. */
static struct {
    bool exists;
    Buffer name, created, indexes;
} collection;

bool collection_exists(void) { return collection.exists; }

static Slice created(const char *name) {
    Slice value = json_find(buffer_all(&collection.created), name);
    return value.count ? value : SLICE("null");
}

void collection_describe(Connection *connection) {
    if (!collection.exists) {
        refuse(connection, 404, "Not found: Collection doesn't exist!");
        return;
    }
    Buffer *body = result();
    buffer_format(
        body,
        "{\"status\":\"green\",\"optimizer_status\":\"ok\",\"indexed_vectors_count\":0,\"points_count\":%zu,"
        "\"segments_count\":1,\"config\":{\"params\":{\"vectors\":",
        points_count());
    buffer_slice(body, created("vectors"));
    for (const char **name = (const char *[]){"sparse_vectors", "shard_number", NULL}; *name; name++) {
        Slice value = created(*name);
        if (slice_is(value, "null")) continue;
        buffer_format(body, ",\"%s\":", *name);
        buffer_slice(body, value);
    }
    if (slice_is(created("shard_number"), "null")) buffer_text(body, ",\"shard_number\":1");
    buffer_text(
        body,
        ",\"replication_factor\":1,\"write_consistency_factor\":1,\"on_disk_payload\":true},\"hnsw_config\":{\"m\":16,"
        "\"ef_construct\":100,\"full_scan_threshold\":10000,\"max_indexing_threads\":0,\"on_disk\":false},"
        "\"optimizer_config\":{\"deleted_threshold\":0.2,\"vacuum_min_vector_number\":1000,"
        "\"default_segment_number\":0,\"flush_interval_sec\":5},\"wal_config\":{\"wal_capacity_mb\":32,"
        "\"wal_segments_ahead\":0},\"quantization_config\":");
    buffer_slice(body, created("quantization_config"));
    buffer_text(body, ",\"metadata\":");
    buffer_slice(body, created("metadata"));
    buffer_text(body, "},\"payload_schema\":{");
    buffer_slice(body, buffer_all(&collection.indexes));
    buffer_text(body, "}}");
    send_result(connection, body);
}

void collection_create(Connection *connection, Slice name, Slice body) {
    if (collection.exists) {
        refuse(connection, 409, "Wrong input: Collection already exists!");
        return;
    }
    collection.exists = true;
    collection.name.count = collection.created.count = collection.indexes.count = 0;
    buffer_slice(&collection.name, name);
    buffer_slice(&collection.created, body);
    reply(connection, SLICE("{\"result\":true" ENVELOPE_END));
}

void collection_add_index(Connection *connection, Slice asked) {
    Slice field = json_find(asked, "field_name"), schema = json_find(asked, "field_schema");
    Slice type = json_is(schema, '{') ? json_find(schema, "type") : schema;
    buffer_text(&collection.indexes, collection.indexes.count ? "," : "");
    buffer_slice(&collection.indexes, field);
    buffer_text(&collection.indexes, ":{\"data_type\":");
    buffer_slice(&collection.indexes, type);
    if (json_is(schema, '{')) {
        buffer_text(&collection.indexes, ",\"params\":");
        buffer_slice(&collection.indexes, schema);
    }
    buffer_text(&collection.indexes, ",\"points\":0}");
    reply(connection, SLICE("{\"result\":" COMPLETED ENVELOPE_END));
}

void collection_forget(Connection *connection) {
    points_forget();
    collection.exists = false;
    reply(connection, SLICE("{\"result\":true" ENVELOPE_END));
}

void collection_list(Connection *connection) {
    Buffer *body = result();
    buffer_text(body, "{\"collections\":[");
    if (collection.exists) {
        buffer_text(body, "{\"name\":\"");
        buffer_slice(body, buffer_all(&collection.name));
        buffer_text(body, "\"}");
    }
    buffer_text(body, "]}");
    send_result(connection, body);
}
