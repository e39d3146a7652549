#include "artifacts.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/digest.h"
#include "base/file.h"

enum { COARSE_MS = 2000 /* of the times that a FAT volume keeps */ };

bool artifacts_begin(artifacts *self, const char *patterns, const char *folder) {
    self->patterns = ns_string_copy(patterns);
    self->folder = ns_string_copy(folder);
    self->since = ns_clock_utc_ms() - COARSE_MS;
    return self->patterns && self->folder;
}

void artifacts_clear(artifacts *self) {
    free(self->patterns);
    free(self->folder);
    ns_artifact_list_clear(&self->found);
    memset(self, 0, sizeof *self);
}

void artifacts_tell(artifacts *self, const char *nonce, agent_send send, void *context) {
    cJSON *document = NULL;
    char *text = NULL;
    ns_error error;
    ns_artifact_list_clear(&self->found);
    if (ns_artifacts_find(self->patterns, self->folder, self->since, &self->found, &error) == NS_OK)
        document = ns_artifacts_write(&self->found);
    text = ns_json_print(document);
    pieces_send(send, context, "artifacts", nonce, text ? text : "", text ? strlen(text) : 0);
    cJSON_free(text);
    cJSON_Delete(document);
}

/* With the first piece goes the digest of the whole, by which the last one is judged: a file that is still written differs. */
static bool add_piece(cJSON *message, const ns_artifact *file, int64_t offset) {
    char sha256[NS_DIGEST_TEXT_SIZE];
    size_t got = 0;
    char *bytes = malloc(NS_AGENT_PICTURE_CHUNK);
    const bool read =
        bytes && ns_file_read_part(file->path, offset, bytes, NS_AGENT_PICTURE_CHUNK, &got) && pieces_add_bytes(message, "data", bytes, got);
    free(bytes);
    return read && (offset != 0 || (ns_digest_file(file->path, sha256) && ns_json_add_string(message, "sha256", sha256)));
}

void artifacts_answer(const artifacts *self, const cJSON *question, agent_send send, void *context) {
    const int64_t number = ns_json_integer(question, "number", -1);
    const int64_t offset = ns_json_integer(question, "offset", 0);
    cJSON *message = ns_agent_message("artifact", ns_json_string(question, "nonce", ""));
    (void)ns_json_add_integer(message, "number", number);
    (void)ns_json_add_integer(message, "offset", offset);
    if (number < 0 || (uint64_t)number >= self->found.count || !add_piece(message, &self->found.items[number], offset))
        (void)cJSON_AddBoolToObject(message, "failed", true);
    send(context, message);
}
