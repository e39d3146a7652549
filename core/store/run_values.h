/* What a run's flow was given and what it gave. A secret is kept protected until the run has ended, and then not at all. */
#ifndef NS_STORE_RUN_VALUES_H
#define NS_STORE_RUN_VALUES_H

#include "flow/inputs.h"
#include "flow/output.h"
#include "store/runs.h"

/* What the run is to be given, secrets opened; the caller clears it. NS_STATUS_REFUSED (CredentialNotFound) when one cannot be opened here. */
NS_MUST_USE ns_status ns_run_load_inputs(ns_store *store, int64_t id, ns_flow_inputs *out, ns_error *error);
/* The values that the flow gave, and the bytes of its output where its text is not all of them. */
NS_MUST_USE ns_status ns_run_set_output(ns_store *store, const ns_hold *hold, const ns_flow_output *output, ns_error *error);
/* Those bytes; the caller frees. NS_STATUS_NOT_FOUND when the text is all. */
NS_MUST_USE ns_status ns_run_raw_output(ns_store *store, int64_t id, void **bytes, size_t *size, ns_error *error);

/* Within a transaction; private to core/store. */
NS_MUST_USE ns_status ns_run_write_inputs(ns_store *store, int64_t id, const ns_flow_inputs *inputs, ns_error *error);
NS_MUST_USE ns_status ns_run_copy_inputs(ns_store *store, int64_t from, int64_t to, ns_error *error);
NS_MUST_USE ns_status ns_run_forget_secrets(ns_store *store, int64_t id, ns_error *error);
/* Into the run's record. */
NS_MUST_USE ns_status ns_run_read_values(ns_store *store, int64_t id, ns_run *run, ns_error *error);

#endif
