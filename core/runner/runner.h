/* A program's end of the pipe to its nightshift-runner: starts one, gives it a request, and receives what it reports.
 * One thread owns an ns_runner; a thread inside reads the pipe. The last event is always of type "ended": if the runner
 * dies without a word, one is made up with code RunnerFailed. */
#ifndef NS_RUNNER_RUNNER_H
#define NS_RUNNER_RUNNER_H

#include "base/frame.h"
#include "runner/runner_request.h"

typedef struct ns_runner ns_runner;

/* Starts the runner that lies beside this program and sends it the request (whose `frame` is filled in here). */
NS_MUST_USE ns_status ns_runner_start(ns_runner_request *request, ns_runner **out, ns_error *error);
/* The next event, which the caller deletes, or NULL when none came within the time or `also` (may be NULL) was signalled. */
cJSON *ns_runner_next(ns_runner *runner, HANDLE also, uint32_t timeout_ms);
/* Sends a message to the agent that opened the channel of that number (its event tells it); takes it. False when the runner is gone. */
bool ns_runner_send(ns_runner *runner, cJSON *message, uint32_t channel);
/* Gives the runner the password, which it has not before, to be sent until then (ms, ns_clock_monotonic_ms); for each connection that it makes, when
 * it enters the phase "sign-in". False when the runner is gone. */
bool ns_runner_let_sign_in(ns_runner *runner, const ns_secret *password, uint64_t by);
/* A key press that no program knows goes to the machine, whose idle limit looks at what comes from the client alone. */
void ns_runner_keep_awake(ns_runner *runner);
/* Asks the runner to end the session now. */
void ns_runner_stop(ns_runner *runner);
/* Ends the process, whatever it does. "ended" follows. */
void ns_runner_kill(ns_runner *runner);
/* Borrowed until ns_runner_close. */
ns_frame *ns_runner_frame(ns_runner *runner);
/* Kills it if it still runs, joins the thread and frees. */
void ns_runner_close(ns_runner *runner);

#endif
