#include "run/drive.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/phrase.h"
#include "model/finding.h"
#include "run/phases.h"
#include "store/machine_known.h"
#include "store/reserve.h"
#include "store/runs.h"
#include "store/run_values.h"
#include "store/sign_in.h"

enum { RECORD_TRIES = 30, RECORD_PAUSE_MS = 2000, FINDINGS_MAXIMUM = 50 };

void ns_drive_init(ns_drive *drive, const ns_run_observer *observer, HANDLE cancel) {
    memset(drive, 0, sizeof *drive);
    drive->observer = observer;
    drive->cancel = cancel;
    ns_text_init(&drive->output, (size_t)NS_AGENT_OUTPUT_MAXIMUM * 3 + 64); /* U+FFFD takes three bytes for one */
    ns_text_init(&drive->picture, NS_PICTURE_MAXIMUM);
}

static void clear_fetch(ns_fetch *fetch) {
    char unused[NS_DIGEST_TEXT_SIZE];
    ns_digest_end(fetch->digest, unused);
    fetch->digest = NULL;
    ns_text_clear(&fetch->told);
    for (size_t i = 0; i < NS_MISSED_COUNT; i++)
        ns_text_clear(&fetch->missed[i]);
    ns_artifact_list_clear(&fetch->list);
}

void ns_drive_clear(ns_drive *drive) {
    ns_runner_close(drive->runner);
    ns_run_clear(&drive->run);
    ns_target_clear(&drive->target);
    ns_flow_clear(&drive->flow);
    ns_connection_clear(&drive->connection);
    ns_secret_clear(&drive->password);
    free(drive->pem);
    ns_session_clear(&drive->kept);
    free(drive->owner);
    ns_text_clear(&drive->output);
    ns_text_clear(&drive->picture);
    clear_fetch(&drive->fetch);
    ns_flow_inputs_clear(&drive->inputs);
    ns_flow_output_clear(&drive->flow_output);
    ns_store_close(drive->store);
}

void ns_drive_ping(ns_drive *drive) {
    const uint64_t now = ns_clock_monotonic_ms();
    if (!drive->channel_open || !drive->hello_seen || now < drive->next_ping)
        return;
    drive->next_ping = now + NS_PING_MS;
    (void)ns_runner_send(drive->runner, ns_agent_message("ping", drive->nonce), drive->greeted);
}

void ns_drive_fail(ns_drive *drive, const ns_error *error) {
    ns_drive_settle(drive, error->status == NS_STATUS_LOST ? error->code : "StoreFailed", error->status == NS_STATUS_LOST ? NULL : error->message);
}

bool ns_drive_waits(ns_drive *drive, ns_status status) {
    if (status == NS_STATUS_AGAIN)
        ns_drive_ping(drive);
    return status == NS_STATUS_AGAIN;
}

bool ns_drive_tries_again(ns_drive *drive, ns_status status, int *tries) {
    if (ns_drive_waits(drive, status))
        return true;
    if (status != NS_STATUS_STORE || *tries == RECORD_TRIES)
        return false;
    ++*tries;
    if (!ns_store_use_reserve(drive->store))
        Sleep(RECORD_PAUSE_MS);
    return true;
}

void ns_drive_phase(ns_drive *drive, const char *name, const char *detail) {
    const int64_t at = ns_clock_utc_ms();
    ns_status status = NS_OK;
    ns_error error;
    (void)snprintf(drive->phase, sizeof drive->phase, "%s", name);
    NS_UNTIL_WRITTEN(drive, status, ns_run_add_phase(drive->store, &drive->hold, name, at, detail, &error));
    if (status != NS_OK)
        ns_drive_fail(drive, &error);
    if (drive->observer && drive->observer->phase)
        drive->observer->phase(drive->observer->context, name, detail);
}

void ns_drive_detail(ns_drive *drive, const char *detail) {
    ns_status status = NS_OK;
    NS_UNTIL_WRITTEN(drive, status, ns_run_set_phase_detail(drive->store, &drive->hold, detail, &(ns_error){0}));
}

void ns_drive_settle(ns_drive *drive, const char *code, const char *detail) {
    if (drive->settled)
        return;
    drive->settled = true;
    drive->result = ns_result_code_find(code);
    ns_phrase_write(drive->detail, sizeof drive->detail, "%s", detail ? detail : "");
    /* At once: other runs that would use the same account look here before they start. */
    if (drive->result->refuses_secret)
        ns_drive_end_turn(drive, false);
}

void ns_drive_end_turn(ns_drive *drive, bool accepted) {
    const bool refused = drive->settled && drive->result->refuses_secret;
    const ns_sign_in_outcome outcome = refused ? NS_SIGN_IN_REFUSED : accepted ? NS_SIGN_IN_ACCEPTED : NS_SIGN_IN_UNDECIDED;
    ns_status status = NS_OK;
    if (!drive->turn_held && !refused)
        return;
    NS_UNTIL_WRITTEN(drive, status,
                     ns_sign_in_end(drive->store, &drive->connection, drive->target.machine.id, drive->run.id, outcome,
                                    refused ? drive->result->code : "", &(ns_error){0}));
    if (status == NS_OK)
        drive->turn_held = false; /* else it is told again at the run's end, and ends with the run in any case */
}

void ns_drive_keep_proven(ns_drive *drive, bool by_nla) {
    ns_machine *machine = &drive->target.machine;
    const char *sha256 = drive->certificate_new ? drive->sha256 : "";
    ns_status status = NS_OK;
    ns_error error;
    if (!sha256[0] && (!by_nla || machine->nla_before))
        return;
    NS_UNTIL_WRITTEN(drive, status, ns_machine_note_shown(drive->store, machine->id, sha256, by_nla, &error));
    if (status != NS_OK)
        ns_drive_fail(drive, &error);
    drive->certificate_new = false;
    machine->nla_before = machine->nla_before || by_nla;
}

void ns_drive_find(ns_drive *drive, const char *code, const char *detail) {
    const ns_finding_code *row = ns_finding_code_find(code);
    ns_text message;
    ns_text clean;
    ns_status status = NS_OK;
    if (!row || drive->findings++ >= FINDINGS_MAXIMUM) /* a machine may make them as often as it likes */
        return;
    ns_text_init(&message, 4096);
    ns_text_init(&clean, 16384);
    (void)ns_phrase_append_id(&message, row->message);
    if (detail && detail[0])
        (void)ns_text_appendf(&message, " %s", detail);
    if (row->remedy[0]) {
        (void)ns_text_append_string(&message, " ");
        (void)ns_phrase_append_id(&message, row->remedy);
    }
    (void)ns_utf8_append_lossy(&clean, ns_text_string(&message), message.size);
    NS_UNTIL_WRITTEN(drive, status, ns_run_add_finding(drive->store, &drive->hold, code, ns_text_string(&clean), &(ns_error){0}));
    ns_text_clear(&message);
    ns_text_clear(&clean);
}

ns_status ns_drive_record(ns_drive *drive, ns_error *error) {
    const ns_result_code *result = drive->result;
    ns_run *run = &drive->run;
    ns_text message;
    ns_status status = NS_OK;
    int tries = 0;
    ns_text_init(&message, 4096);
    (void)ns_phrase_append_id(&message, result->message);
    if (drive->detail[0])
        (void)ns_text_appendf(&message, " %s", drive->detail);
    free(run->code);
    free(run->message);
    free(run->remedy);
    free(run->output);
    run->state = result->state;
    run->code = ns_string_copy(result->code);
    run->message = ns_text_take(&message);
    run->remedy = ns_string_copy(drive->remedy ? drive->remedy : result->remedy);
    if (drive->outputs_begun)
        (void)ns_flow_output_add(&drive->flow_output, "", 0, true); /* what stood before the end of a line that never came */
    run->output = drive->outputs_begun ? ns_string_copy(ns_text_string(&drive->flow_output.text)) : ns_text_take(&drive->output);
    if (!run->code || !run->message || !run->remedy || !run->output)
        return ns_error_set_memory(error);
    if (drive->outputs_begun)
        do
            status = ns_run_set_output(drive->store, &drive->hold, &drive->flow_output, error);
        while (ns_drive_tries_again(drive, status, &tries));
    if (status != NS_OK)
        return status;
    do
        status = ns_run_finish(drive->store, &drive->hold, run, error);
    while (ns_drive_tries_again(drive, status, &tries));
    return status;
}
