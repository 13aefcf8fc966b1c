#include "filter.h"
#include "qdrant.h"

/* Operations, each alone or as a member of /points/batch's. */

static bool upsert_one(Slice id_text, Slice vector, Slice payload) {
    PointID id;
    if (!point_id(id_text, &id)) return false;
    point_put(id, vector, payload);
    seen.upserted++;
    return true;
}

/* The named vectors' lists: which is dense shows at its first element. */
static Slice dense_list(Slice vectors) {
    Slice name, list, first;
    if (json_is(vectors, '{'))
        for (JsonWalk walk = json_walk(vectors); json_member(&walk, &name, &list);) {
            JsonWalk elements = json_walk(list);
            if (json_element(&elements, &first) && json_is(first, '[')) return list;
        }
    return vectors;
}

static bool upsert(Slice operation) {
    seen.upserts++;
    Slice batch = json_find(operation, "batch"), point, id, vector, payload;
    if (batch.count > 0) {
        JsonWalk ids = json_walk(json_find(batch, "ids")), vectors = json_walk(dense_list(json_find(batch, "vectors")));
        JsonWalk payloads = json_walk(json_find(batch, "payloads"));
        while (json_element(&ids, &id))
            if (!json_element(&vectors, &vector) || !json_element(&payloads, &payload)
                || !upsert_one(id, vector, payload))
                return false;
        return !json_element(&vectors, &vector) && !json_element(&payloads, &payload);
    }
    JsonWalk points = json_walk(json_find(operation, "points"));
    while (json_element(&points, &point))
        if (!upsert_one(json_find(point, "id"), json_find(point, "vector"), json_find(point, "payload"))) return false;
    return true;
}

/* Calls `change` for every point that the operation names by id or by filter. */
static bool each(Slice operation, void (*change)(Point *point, Slice operation)) {
    Slice ids = json_find(operation, "points"), filter = json_find(operation, "filter"), one;
    if (ids.count > 0) {
        JsonWalk walk = json_walk(ids);
        while (json_element(&walk, &one)) {
            PointID id;
            if (!point_id(one, &id)) return false;
            Point *point = point_find(id);
            if (point) change(point, operation);
        }
        return true;
    }
    if (filter.count == 0) return false;
    size_t place = 0;
    for (Point *point; (point = points_next(&place)) != NULL;)
        if (filter_met(filter, point)) change(point, operation);
    return true;
}

static void delete_one(Point *point, Slice operation) {
    (void)operation;
    point_delete(point);
    seen.deleted++;
}

static void set_one(Point *point, Slice operation) {
    point_set_payload(point, json_find(operation, "payload"), false);
}

static void overwrite_one(Point *point, Slice operation) {
    point_set_payload(point, json_find(operation, "payload"), true);
}

static bool apply(Slice name, Slice operation) {
    if (slice_is(name, "upsert")) return upsert(operation);
    if (slice_is(name, "delete")) return seen.deletes++, each(operation, delete_one);
    if (slice_is(name, "set_payload")) return seen.payloads++, each(operation, set_one);
    if (slice_is(name, "overwrite_payload")) return seen.payloads++, each(operation, overwrite_one);
    return false;
}

void update(Connection *connection, const char *name, Slice operation) {
    if (!collection_exists()) {
        refuse(connection, 404, "Not found: Collection doesn't exist!");
    } else if (!apply((Slice){name, strlen(name)}, operation)) {
        refuse(connection, 400, "Format error in JSON body");
    } else {
        reply(connection, SLICE("{\"result\":" COMPLETED ENVELOPE_END));
    }
}

void update_all(Connection *connection, Slice operations) {
    Slice one, name, operation;
    Buffer *body = result();
    buffer_text(body, "[");
    for (JsonWalk walk = json_walk(operations); json_element(&walk, &one);) {
        JsonWalk members = json_walk(one);
        if (!json_member(&members, &name, &operation) || !apply(name, operation)) {
            refuse(connection, 400, "Format error in JSON body");
            return;
        }
        buffer_text(body, one.bytes == operations.bytes + 1 ? COMPLETED : "," COMPLETED);
    }
    buffer_text(body, "]");
    send_result(connection, body);
}
