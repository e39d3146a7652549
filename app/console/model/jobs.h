/* Work that touches the store, off the UI thread. A job goes in and its ownership with it; the worker does it with a
 * store of its own; then it comes back to the UI thread, which finishes and destroys it. The worker also looks after
 * the store's change mark and makes a new snapshot when any program changed something. */
#ifndef NS_CONSOLE_JOBS_H
#define NS_CONSOLE_JOBS_H

#include <winsock2.h>
#include <windows.h>

#include "base/status.h"
#include "console/model/snapshot.h"

typedef struct job job;

/* The head of every job; the rest follows in a struct that begins with it. */
struct job {
    job *next;
    void (*work)(job *self, ns_store *store); /* worker; sets status and error */
    void (*done)(job *self);                  /* UI thread; may be NULL */
    void (*destroy)(job *self);               /* UI thread; frees it with what it has. NULL: it has nothing */
    HWND window;                              /* whose job it is: `done` is not called when it is gone */
    ns_status status;
    ns_error error;
};

typedef struct jobs jobs;

/* `notify` gets one WM_APP_JOBS when something came back. NULL when memory ran out. */
jobs *jobs_start(HWND notify, const char *store_locator);
/* A job of that size, which begins with that head; the rest is 0. NULL when memory ran out. */
void *job_new(size_t size, job head);
/* Takes the job. UI thread. */
void jobs_add(jobs *self, job *work);
/* On WM_APP_JOBS: calls `done` of all that came back, and gives the newest snapshot, which is then the caller's, or NULL. */
snapshot *jobs_drain(jobs *self);
/* Takes a snapshot and frees it off the UI thread; may be NULL. */
void jobs_retire(jobs *self, snapshot *old);
/* Asks for a new snapshot even if nothing changed. */
void jobs_refresh(jobs *self);
/* The error with which the store could not be opened; status NS_OK when it could. *attempt is another number after each attempt. */
ns_error jobs_open_error(jobs *self, unsigned *attempt);
/* Of a store that could not be opened because it is damaged: puts its newest copy in its place, and opens that. */
void jobs_restore(jobs *self);
/* Refuses new jobs, waits for the worker, destroys what is left. */
void jobs_stop(jobs *self);

#define WM_APP_JOBS (WM_APP + 1)

#endif
