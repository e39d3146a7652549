/* What the flow made is brought back: the list of it, then each file piece by piece. A piece comes when it is asked for, so that a connection that
 * breaks costs one piece. Nothing here trusts the agent: sizes, numbers and places are checked against what was asked. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base64.h"
#include "base/clock.h"
#include "base/phrase.h"
#include "run/drive.h"
#include "run/phases.h"
#include "store/run_files.h"

enum { NAMES_MAXIMUM = 310, TOLD_MAXIMUM = NS_ARTIFACT_LIST_MAXIMUM * 4 / 3 };

static const ns_artifact *current(const ns_fetch *fetch) {
    return fetch->list.items && fetch->at < fetch->list.count ? &fetch->list.items[fetch->at] : NULL;
}

static void miss(ns_fetch *fetch, const char *name, ns_missed why) {
    ns_text *names = &fetch->missed[why];
    if (!names->maximum)
        ns_text_init(names, NAMES_MAXIMUM);
    (void)ns_text_appendf(names, "%s%.250s", names->size ? ", " : "", name);
}

static void tell_missed(ns_drive *drive) {
    char detail[400];
    for (int why = 0; why < NS_MISSED_COUNT; why++) {
        const ns_text *names = &drive->fetch.missed[why];
        const char *these = names->size ? ns_text_string(names) : "";
        if (!names->size)
            continue;
        if (why == NS_MISSED_LARGE)
            ns_phrase_write(detail, sizeof detail, "Too large: %.300s.", these);
        else if (why == NS_MISSED_CHANGED)
            ns_phrase_write(detail, sizeof detail, "They changed while they came: %.300s.", these);
        else if (why == NS_MISSED_UNREAD)
            ns_phrase_write(detail, sizeof detail, "They could not be read: %.300s.", these);
        else
            ns_phrase_write(detail, sizeof detail, "They did not come in time: %.300s.", these);
        ns_drive_find(drive, "ArtifactsMissing", detail);
    }
}

void ns_drive_end_artifacts(ns_drive *drive) {
    ns_fetch *fetch = &drive->fetch;
    char detail[640];
    for (; current(fetch); fetch->at++)
        miss(fetch, current(fetch)->name, NS_MISSED_LATE);
    ns_phrase_write(detail, sizeof detail, "%zu of %zu files, %lld bytes", fetch->whole, fetch->list.count, (long long)fetch->bytes);
    ns_drive_detail(drive, detail);
    if (fetch->list.more > 0) {
        ns_phrase_write(detail, sizeof detail, "There are %lld further ones.", (long long)fetch->list.more);
        ns_drive_find(drive, "ArtifactsMissing", detail);
    }
    if (!fetch->listed) {
        ns_drive_find(drive, "ArtifactsMissing", "The agent did not tell of them.");
    } else if (!fetch->list.count) {
        ns_drive_find(drive, "NoArtifacts", NULL);
    } else {
        tell_missed(drive);
    }
    ns_drive_leave_session(drive);
}

/* The next file begins; those that are larger than what is left of the room are left where they are. */
static void begin_next(ns_drive *drive) {
    ns_fetch *fetch = &drive->fetch;
    char unused[NS_DIGEST_TEXT_SIZE];
    ns_digest_end(fetch->digest, unused);
    fetch->digest = NULL;
    fetch->offset = 0;
    fetch->id = 0;
    while (current(fetch) && current(fetch)->size > NS_ARTIFACT_BYTES_MAXIMUM - fetch->bytes)
        miss(fetch, fetch->list.items[fetch->at++].name, NS_MISSED_LARGE);
    ns_drive_ask_artifacts(drive);
}

void ns_drive_ask_artifacts(ns_drive *drive) {
    const ns_fetch *fetch = &drive->fetch;
    const uint64_t now = ns_clock_monotonic_ms();
    cJSON *question = NULL;
    if ((fetch->listed && !current(fetch)) || now >= fetch->until) {
        ns_drive_end_artifacts(drive);
        return;
    }
    question = ns_agent_message(fetch->listed ? "artifact" : "artifacts", drive->nonce);
    (void)ns_json_add_integer(question, "number", (int64_t)fetch->at);
    (void)ns_json_add_integer(question, "offset", fetch->offset);
    drive->deadline = now + NS_ARTIFACT_TIMEOUT_MS;
    (void)ns_runner_send(drive->runner, question, drive->greeted);
}

void ns_drive_on_artifacts(ns_drive *drive, const cJSON *message) {
    ns_fetch *fetch = &drive->fetch;
    uint8_t *bytes = NULL;
    size_t size = 0;
    if (fetch->listed)
        return;
    if (!fetch->told.maximum)
        ns_text_init(&fetch->told, TOLD_MAXIMUM);
    (void)ns_text_append_string(&fetch->told, ns_json_string(message, "data", ""));
    if (!ns_json_bool(message, "last", false))
        return;
    fetch->listed = !fetch->told.failed && ns_base64_decode(ns_text_string(&fetch->told), &bytes, &size) &&
                    ns_artifacts_read((const char *)bytes, size, &fetch->list, &(ns_error){0}) == NS_OK;
    free(bytes);
    if (fetch->listed)
        begin_next(drive);
    else
        ns_drive_end_artifacts(drive);
}

/* A file that changed while it came is not what it was told to be. */
static void end_file(ns_drive *drive) {
    ns_fetch *fetch = &drive->fetch;
    char sha256[NS_DIGEST_TEXT_SIZE];
    ns_status status = NS_OK;
    ns_digest_end(fetch->digest, sha256);
    fetch->digest = NULL;
    if (fetch->offset != current(fetch)->size || strcmp(sha256, fetch->sha256) != 0) {
        miss(fetch, current(fetch)->name, NS_MISSED_CHANGED);
    } else {
        NS_UNTIL_WRITTEN(drive, status, ns_artifact_end(drive->store, &drive->hold, fetch->id, &(ns_error){0}));
        fetch->whole += status == NS_OK;
    }
    fetch->at++;
    begin_next(drive);
}

static ns_status begin_file(ns_drive *drive, const cJSON *message) {
    ns_fetch *fetch = &drive->fetch;
    ns_status status = NS_OK;
    (void)snprintf(fetch->sha256, sizeof fetch->sha256, "%s", ns_json_string(message, "sha256", ""));
    fetch->digest = ns_digest_begin();
    if (!fetch->digest || !ns_digest_is_text(fetch->sha256))
        return NS_STATUS_PROTOCOL;
    NS_UNTIL_WRITTEN(drive, status, ns_artifact_begin(drive->store, &drive->hold, current(fetch), fetch->sha256, &fetch->id, &(ns_error){0}));
    return status;
}

static ns_status take_piece(ns_drive *drive, const uint8_t *bytes, size_t size) {
    ns_fetch *fetch = &drive->fetch;
    ns_status status = NS_OK;
    if (size > (uint64_t)(current(fetch)->size - fetch->offset))
        return NS_STATUS_EXISTS; /* more than it was told to have: it grows */
    if (!ns_digest_add(fetch->digest, bytes, size))
        return NS_STATUS_PROTOCOL;
    if (size)
        NS_UNTIL_WRITTEN(drive, status, ns_artifact_add(drive->store, &drive->hold, fetch->id, fetch->offset, bytes, size, &(ns_error){0}));
    fetch->offset += (int64_t)size;
    fetch->bytes += (int64_t)size;
    return status;
}

static ns_status take_answer(ns_drive *drive, const cJSON *message, size_t *size) {
    const char *data = ns_json_string(message, "data", "");
    uint8_t *bytes = NULL;
    ns_status status = NS_OK;
    if (ns_json_bool(message, "failed", false) || (data[0] && !ns_base64_decode(data, &bytes, size)))
        status = NS_STATUS_NOT_FOUND;
    if (status == NS_OK && !drive->fetch.id)
        status = begin_file(drive, message);
    if (status == NS_OK)
        status = take_piece(drive, bytes, *size);
    free(bytes);
    return status;
}

void ns_drive_on_artifact(ns_drive *drive, const cJSON *message) {
    ns_fetch *fetch = &drive->fetch;
    size_t size = 0;
    ns_status status = NS_OK;
    if (!current(fetch) || ns_json_integer(message, "number", -1) != (int64_t)fetch->at || ns_json_integer(message, "offset", -1) != fetch->offset)
        return; /* of before the connection broke */
    status = take_answer(drive, message, &size);
    if (status == NS_STATUS_LOST || status == NS_STATUS_STORE) {
        ns_drive_end_artifacts(drive); /* it cannot be kept */
    } else if (status != NS_OK) {
        miss(fetch, current(fetch)->name, status == NS_STATUS_EXISTS ? NS_MISSED_CHANGED : NS_MISSED_UNREAD);
        fetch->at++;
        begin_next(drive);
    } else if (size == 0 || fetch->offset == current(fetch)->size) {
        end_file(drive);
    } else {
        ns_drive_ask_artifacts(drive);
    }
}
