#include "store/claim.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/fold.h"
#include "base/phrase.h"
#include "model/account.h"
#include "store/action.h"
#include "store/lease_clock.h"
#include "store/queue_view.h"
#include "store/run_write.h"
#include "store/sign_in.h"
#include "store/sql.h"

/* A run that stands in no queue yet, because its time has not come; a check never does (not_before -1). */
#define ASLEEP "state = 'Queued' AND queue = 0 AND not_before >= 0"

typedef enum verdict_kind { CAN_BEGIN, MUST_WAIT, MUST_END } verdict_kind;

/* What is to become of one head. */
typedef struct verdict {
    verdict_kind kind;
    size_t chosen;    /* CAN_BEGIN: of the target's candidates */
    ns_wait wait;     /* MUST_WAIT */
    const char *code; /* MUST_END */
    char why[640];    /* a phrase: why it waits, or why the others were passed over */
} verdict;

/* What one pass over the queue comes to. */
typedef struct pass {
    ns_queue_view view;
    const ns_claimant *claimant;
    size_t claimed; /* index of the head that the caller is given; `view.head_count`: none */
    int64_t machine_id;
    char place[NS_MACHINE_PLACE_SIZE];
    char passed_over[640];
    size_t *changed; /* heads that wait for something else than is written down, or end; with their verdicts */
    verdict *verdicts;
    size_t change_count;
    size_t verdict_count;
    bool found_own;
    bool leaves_some; /* for other programs, which are expected to claim them */
    bool wake;
    ns_wait own_wait;
    const char *own_code;
    char own_why[640];
} pass;

static bool is_same_user(const ns_busy *busy, const ns_connection *connection, const char *computer) {
    return busy->connection.id == connection->id || ns_account_is_same(&busy->connection, connection, computer);
}

static void count_runs(const ns_queue_view *view, ns_queue_target *target, const ns_connection *connection) {
    for (size_t i = 0; i < target->count; i++) {
        ns_candidate *candidate = &target->candidates[i];
        size_t at = 0;
        candidate->running = 0;
        candidate->running_id = 0;
        candidate->same_user_id = 0;
        candidate->session_left = false;
        candidate->doubtful = false;
        for (const ns_busy *busy = NULL; (busy = ns_busy_next(&view->busy, candidate->machine_id, target->members[i].place, &at));) {
            candidate->running++;
            candidate->running_id = busy->run_id;
            if (is_same_user(busy, connection, target->members[i].computer))
                candidate->same_user_id = busy->run_id;
        }
    }
}

typedef struct left_sessions {
    ns_queue_target *target;
    int64_t now;
} left_sessions;

static ns_status take_left(void *context, const ns_db_row *row, ns_error *error) {
    const left_sessions *self = context;
    ns_queue_target *target = self->target;
    const int64_t machine_id = ns_db_integer(row, 0);
    const bool kept = ns_session_state_parse(ns_db_text(row, 1)) == NS_SESSION_KEPT;
    const int64_t gone_by = ns_db_integer(row, 2);
    (void)error;
    for (size_t i = 0; i < target->count; i++) {
        ns_candidate *candidate = &target->candidates[i];
        if (candidate->machine_id != machine_id ||
            (kept && ns_setting_resolve_switch(NS_SETTING_SESSION_REUSE, &target->members[i].values, &target->values)))
            continue;
        candidate->session_left = candidate->session_left || gone_by == 0 || gone_by > self->now;
        candidate->doubtful = true;
    }
    return NS_OK;
}

/* Of a group's machines those are passed over where the user has a session that the run may not return to. A machine that was named is tried. */
static ns_status look_for_sessions(ns_queue_view *view, ns_queue_target *target, const ns_connection *connection, ns_error *error) {
    left_sessions left = {target, view->now};
    char *key = target->queue < 0 ? ns_fold_case(connection->user) : NULL;
    ns_status status = NS_OK;
    if (target->queue >= 0)
        return NS_OK;
    status = key ? ns_sql(view->store, take_left, &left, error, "SELECT machine_id, state, gone_by FROM session WHERE user_key = ?", "s", key)
                 : ns_error_set_memory(error);
    free(key);
    return status;
}

static void explain(const ns_queue_target *target, size_t chosen, char *out, size_t size) {
    ns_text text;
    ns_text_init(&text, 8192);
    ns_candidates_explain(target->candidates, target->count, chosen, &text);
    ns_phrase_write(out, size, "%s", ns_text_string(&text));
    ns_text_clear(&text);
}

/* The account: another run may be signing in with it, or about to, or a machine refused it a short while ago. */
static ns_status judge_account(pass *self, const ns_queue_target *target, const ns_connection *connection, verdict *out, ns_error *error) {
    const int64_t interval_ms = ns_setting_resolve_integer(NS_SETTING_SIGNIN_INTERVAL, &target->members[out->chosen].values, &target->values) * 1000;
    ns_sign_in_turn turn = NS_TURN_YOURS;
    int64_t by = 0;
    const ns_status status =
        ns_sign_in_look(self->view.store, connection, target->candidates[out->chosen].machine_id, interval_ms, &turn, &by, error);
    if (status != NS_OK)
        return status;
    for (size_t i = 0; turn == NS_TURN_YOURS && i < self->view.busy.count; i++) {
        if (self->view.busy.runs[i].is_next && is_same_user(&self->view.busy.runs[i], connection, "")) {
            turn = NS_TURN_WAIT;
            by = self->view.busy.runs[i].run_id;
        }
    }
    if (turn == NS_TURN_HELD) {
        out->kind = MUST_END;
        out->code = "SignInHeldBack";
    } else if (turn == NS_TURN_WAIT) {
        out->kind = MUST_WAIT;
        out->wait = NS_WAIT_TURN;
        ns_phrase_write(out->why, sizeof out->why, "run %lld is signing in with this account", (long long)by);
    } else if (turn == NS_TURN_REST) {
        out->kind = MUST_WAIT;
        out->wait = NS_WAIT_TURN;
        ns_phrase_write(out->why, sizeof out->why, "how run %lld signed in was lost with its program: the account rests as after a refusal",
                        (long long)by);
    }
    return NS_OK;
}

static ns_wait wait_of(const ns_queue_target *target) {
    for (size_t i = 0; i < target->count; i++)
        if (ns_candidate_judge(&target->candidates[i]) != NS_PASSED_MAINTENANCE)
            return NS_WAIT_PLACE;
    return NS_WAIT_MAINTENANCE;
}

static ns_status judge(pass *self, const ns_head *head, ns_queue_target *target, const ns_connection *connection, verdict *out, ns_error *error) {
    const ns_machine_choice choice = ns_machine_choice_parse(ns_setting_resolve(NS_SETTING_GROUP_CHOICE, NULL, &target->values).value);
    ns_status status = NS_OK;
    bool in_maintenance = false;
    *out = (verdict){.kind = CAN_BEGIN};
    if (target->count == 0) {
        out->kind = MUST_END;
        out->code = target->queue < 0 ? "GroupIsEmpty" : "MachineNotFound";
        return NS_OK;
    }
    count_runs(&self->view, target, connection);
    status = look_for_sessions(&self->view, target, connection, error);
    if (status != NS_OK)
        return status;
    in_maintenance = target->candidates[0].in_maintenance;
    if (head->purpose == NS_PURPOSE_SIGN_OUT) /* the work on a machine often begins with it */
        target->candidates[0].in_maintenance = false;
    out->chosen = ns_candidate_choose(target->candidates, target->count, choice, self->claimant->random);
    target->candidates[0].in_maintenance = in_maintenance;
    explain(target, out->chosen, out->why, sizeof out->why);
    if (out->chosen < target->count)
        return judge_account(self, target, connection, out, error);
    out->kind = MUST_WAIT;
    out->wait = wait_of(target);
    return NS_OK;
}

/* Whether another program takes the run as soon as it looks. */
static ns_status is_others(pass *self, const ns_head *head, const ns_queue_target *target, bool *out, ns_error *error) {
    ns_status status = NS_OK;
    *out = head->owner[0] != 0;
    for (size_t i = 0; i < self->view.worker_count && !*out && status == NS_OK; i++) {
        const ns_live_worker *worker = &self->view.workers[i];
        if (worker->id != self->claimant->worker_id && worker->running < worker->capacity)
            status = ns_queue_view_serves(&self->view, worker->id, target, out, error);
    }
    return status;
}

static ns_status note_change(pass *self, size_t head, const verdict *what, ns_error *error) {
    void *changed = self->changed;
    void *verdicts = self->verdicts;
    size_t *index = ns_sql_grow(&changed, &self->change_count, sizeof *index);
    verdict *kept = NULL;
    self->changed = changed;
    if (index)
        kept = ns_sql_grow(&verdicts, &self->verdict_count, sizeof *kept);
    self->verdicts = verdicts;
    if (!kept)
        return ns_error_set_memory(error);
    *index = head;
    *kept = *what;
    return NS_OK;
}

/* The caller's own, of one that waits or ends. */
static ns_status note_own(pass *self, size_t index, const verdict *what, ns_error *error) {
    char *english = ns_phrase_text(what->why, NULL);
    ns_status status = NS_OK;
    self->own_wait = what->kind == MUST_WAIT ? what->wait : NS_WAIT_NONE;
    self->own_code = what->kind == MUST_END ? what->code : NULL;
    (void)snprintf(self->own_why, sizeof self->own_why, "%s", what->why);
    if (!english)
        return ns_error_set_memory(error);
    if ((what->kind == MUST_END && !self->claimant->hold) ||
        (what->kind == MUST_WAIT && self->view.heads[index].queue && strcmp(english, self->view.heads[index].waits) != 0))
        status = note_change(self, index, what, error);
    free(english);
    return status;
}

static ns_status is_own(pass *self, const ns_head *head, const ns_queue_target *target, bool *out, ns_error *error) {
    const ns_hold *hold = self->claimant->hold;
    *out = hold && head->order.run_id == hold->run_id && head->epoch == hold->epoch;
    self->found_own = self->found_own || *out;
    return hold || head->owner[0] ? NS_OK : ns_queue_view_serves(&self->view, self->claimant->worker_id, target, out, error);
}

static ns_status look_at(pass *self, size_t index, ns_error *error) {
    const ns_head *head = &self->view.heads[index];
    ns_queue_target *target = NULL;
    ns_connection *connection = NULL;
    verdict found;
    bool own = false;
    bool others = false;
    ns_status status = ns_queue_view_target(&self->view, head->queue, &target, error);
    if (status == NS_OK)
        status = is_own(self, head, target, &own, error);
    if (status != NS_OK || target->blocked)
        return status;
    status = ns_queue_view_connection(&self->view, head->lane, &connection, error);
    if (status == NS_OK)
        status = judge(self, head, target, connection, &found, error);
    if (status != NS_OK)
        return status;
    target->blocked = !ns_setting_resolve_switch(NS_SETTING_QUEUE_EXTENDED, target->queue > 0 && target->count ? &target->members[0].values : NULL,
                                                 &target->values);
    if (own && found.kind == CAN_BEGIN) {
        self->claimed = index;
        self->machine_id = target->candidates[found.chosen].machine_id;
        (void)snprintf(self->place, sizeof self->place, "%s", target->members[found.chosen].place);
        (void)snprintf(self->passed_over, sizeof self->passed_over, "%s", found.why);
        return NS_OK;
    }
    if (own)
        return note_own(self, index, &found, error);
    if (found.kind == CAN_BEGIN)
        status = is_others(self, head, target, &others, error);
    self->leaves_some = self->leaves_some || others;
    return status == NS_OK && others ? ns_queue_view_occupy(&self->view, head, target, found.chosen, connection, error) : status;
}

static ns_status make_pass(pass *self, ns_store *store, const ns_claimant *claimant, ns_error *error) {
    int64_t due = 0;
    ns_status status = NS_OK;
    memset(self, 0, sizeof *self);
    self->claimant = claimant;
    status = ns_queue_view_load(&self->view, store, error);
    if (status == NS_OK && claimant->hold)
        status = ns_queue_view_add_check(&self->view, claimant->hold->run_id, error);
    self->claimed = self->view.head_count;
    self->own_wait = NS_WAIT_TURN; /* where it is not the first of its lane */
    for (size_t i = 0; status == NS_OK && i < self->view.head_count && self->claimed == self->view.head_count; i++) {
        status = look_at(self, i, error);
        if (claimant->hold && self->found_own)
            break;
    }
    if (status == NS_OK)
        status = ns_sql_integer(store, &due, 0, error, "SELECT 1 FROM run WHERE " ASLEEP " AND not_before <= ? AND rest_until <= ? LIMIT 1", "ii",
                                ns_clock_utc_ms(), self->view.now);
    self->wake = due != 0;
    return status;
}

static void pass_clear(pass *self) {
    ns_queue_view_clear(&self->view);
    free(self->changed);
    free(self->verdicts);
}

/* Those whose time has come stand in the queue from now on. */
static ns_status wake(ns_store *store, int64_t now, ns_error *error) {
    return ns_sql(store, NULL, NULL, error,
                  "UPDATE run SET queue = CASE WHEN group_id > 0 THEN -group_id ELSE coalesce(machine_id, 0) END, queue_until = queue_ms + ? "
                  "WHERE " ASLEEP " AND not_before <= ? AND rest_until <= ?",
                  "iii", now, ns_clock_utc_ms(), now);
}

static ns_status write_change(ns_store *store, const ns_head *head, const verdict *what, ns_error *error) {
    ns_sql_said said = {0};
    ns_status status = NS_OK;
    if (what->kind == MUST_END)
        return ns_run_write_end(store, head->order.run_id, what->code, NULL, "none", error);
    status = ns_sql_said_make(what->why, &said, error);
    if (status == NS_OK)
        status = ns_sql(store, NULL, NULL, error, "UPDATE run_phase SET detail = ?, detail_said = ? WHERE run_id = ? AND duration_ms < 0", "ssi",
                        said.text, said.said, head->order.run_id);
    ns_sql_said_clear(&said);
    return status;
}

/* The place, the account's turn and the run, all or none. */
static ns_status take(pass *self, ns_claim *out, ns_error *error) {
    const ns_head *head = &self->view.heads[self->claimed];
    const int64_t at = ns_clock_utc_ms();
    ns_store *store = self->view.store;
    ns_connection *connection = NULL;
    ns_sign_in_turn turn = NS_TURN_WAIT;
    int64_t now = 0;
    ns_status status = ns_store_time_keep(store, &now, error);
    out->hold = (ns_hold){head->order.run_id, head->epoch + 1};
    if (status == NS_OK)
        status = ns_sql(store, NULL, NULL, error,
                        "UPDATE run SET state = 'Running', started_at = ?, machine_id = ?, machine = (SELECT name FROM machine WHERE id = ?), "
                        "place = ?, owner = ?, worker_id = ?, lease_until = ?, epoch = epoch + 1 WHERE id = ? AND state = 'Queued' AND epoch = ?",
                        "iiissiiii", at, self->machine_id, self->machine_id, self->place, self->claimant->owner, self->claimant->worker_id,
                        now + NS_LEASE_MS, head->order.run_id, head->epoch);
    out->claimed = status == NS_OK && ns_db_affected(store->db) == 1;
    if (status != NS_OK || !out->claimed)
        return status;
    status = ns_sql(store, NULL, NULL, error, "UPDATE machine SET used = ? WHERE id = ?", "ii", head->order.run_id, self->machine_id);
    if (status == NS_OK)
        status = ns_queue_view_connection(&self->view, head->lane, &connection, error);
    if (status == NS_OK) /* nobody has been refused meanwhile: it is the transaction that looked */
        status = ns_sign_in_begin(store, connection, self->machine_id, head->order.run_id, 0, &turn, error);
    if (status == NS_OK && self->view.heads[self->claimed].queue < 0)
        status = ns_run_write_phase(store, head->order.run_id, "assigned", at, self->passed_over, error);
    return status == NS_OK ? ns_run_end_phase(store, head->order.run_id, at, error) : status;
}

static ns_status apply(pass *self, ns_claim *out, ns_error *error) {
    ns_status status = self->wake ? wake(self->view.store, self->view.now, error) : NS_OK;
    for (size_t i = 0; status == NS_OK && i < self->change_count; i++)
        status = write_change(self->view.store, &self->view.heads[self->changed[i]], &self->verdicts[i], error);
    if (status == NS_OK && self->claimed < self->view.head_count)
        status = take(self, out, error);
    return status;
}

static void sooner(int64_t *again_ms, int64_t at, int64_t now) {
    if (at && (*again_ms < 0 || at - now < *again_ms))
        *again_ms = at - now;
}

/* When the next one that sleeps is due, a session that was left is taken to be gone, an account has rested, or a worker that others were left for is
 * not heard of any more; -1 for none. */
static ns_status next_due(const pass *self, int64_t *again_ms, ns_error *error) {
    ns_store *store = self->view.store;
    const int64_t now = self->view.now;
    const int64_t utc = ns_clock_utc_ms();
    int64_t due = 0;
    int64_t rested = 0;
    int64_t gone = 0;
    int64_t rests = 0;
    int64_t lapses = 0;
    ns_status status =
        ns_sql_integer(store, &due, 0, error, "SELECT coalesce(min(not_before), 0) FROM run WHERE " ASLEEP " AND not_before > ?", "i", utc);
    if (status == NS_OK)
        status =
            ns_sql_integer(store, &rested, 0, error,
                           "SELECT coalesce(min(rest_until), 0) FROM run WHERE " ASLEEP " AND not_before <= ? AND rest_until > ?", "ii", utc, now);
    if (status == NS_OK)
        status = ns_sql_integer(store, &gone, 0, error, "SELECT coalesce(min(gone_by), 0) FROM session WHERE gone_by > ?", "i", now);
    if (status == NS_OK)
        status = ns_sql_integer(store, &rests, 0, error, "SELECT coalesce(min(rest_until), 0) FROM sign_in WHERE rest_until > ?", "i", now);
    if (status == NS_OK && self->leaves_some)
        status = ns_sql_integer(store, &lapses, 0, error, "SELECT coalesce(min(lease_until), 0) FROM worker WHERE lease_until > ?", "i", now);
    *again_ms = due ? due - utc : -1;
    sooner(again_ms, rested, now);
    sooner(again_ms, gone, now);
    sooner(again_ms, rests, now);
    sooner(again_ms, lapses, now);
    return status;
}

static void report(const pass *self, ns_claim *out) {
    out->code = self->own_code;
    out->wait = self->claimed < self->view.head_count ? NS_WAIT_NONE : self->own_wait;
    (void)snprintf(out->why, sizeof out->why, "%s", self->own_why);
}

int64_t ns_claim_mark(ns_store *store) {
    const int64_t changed = ns_store_change_mark(store);
    if (changed >= 0 && changed == store->changed)
        return store->claim_mark;
    if (ns_sql_integer(store, &store->claim_mark, -1, &(ns_error){0}, "SELECT n FROM claim_mark WHERE id = 1", "") != NS_OK)
        store->claim_mark = -1;
    store->changed = store->claim_mark < 0 ? -1 : changed;
    return store->claim_mark;
}

ns_status ns_run_claim(ns_store *store, const ns_claimant *claimant, ns_claim *out, ns_error *error) {
    pass self;
    bool changes = false;
    ns_status status = ns_store_begin_reading(store, error);
    *out = (ns_claim){.again_ms = -1};
    if (status != NS_OK)
        return status;
    status = make_pass(&self, store, claimant, error);
    if (status == NS_OK)
        status = next_due(&self, &out->again_ms, error);
    status = ns_store_end_reading(store, status);
    report(&self, out);
    changes = self.wake || self.change_count || self.claimed < self.view.head_count;
    pass_clear(&self);
    if (status != NS_OK || !changes)
        return status;
    /* Once more, now that nobody else writes. */
    status = ns_action_begin(store, "claim", error);
    if (status != NS_OK)
        return status;
    status = make_pass(&self, store, claimant, error);
    if (status == NS_OK)
        status = apply(&self, out, error);
    report(&self, out);
    pass_clear(&self);
    status = ns_action_end(store, status, error);
    if (status != NS_OK)
        out->claimed = false;
    return status;
}
