/* The worker as a Windows service. Elsewhere there is none: installer/nightshift-worker.service is for systemd. */
#ifndef NS_CTL_SERVICE_H
#define NS_CTL_SERVICE_H

#include "base/system.h"
#include "secret/secret.h"

typedef struct service_setup {
    const char *store_locator;
    const char *capacity;
    const char *groups; /* "" for all */
    const char *user;   /* DOMAIN\user: whose store and passwords the worker uses; NULL for the caller */
    const ns_secret *password;
} service_setup;

/* Who the caller is, DOMAIN\user; the caller frees. NULL where that is not known, or there are no services. */
char *service_own_user(void);
/* Whether there are services here: NS_STATUS_REFUSED (NoServices). */
NS_MUST_USE ns_status service_check(ns_error *error);
/* Registers it, to start with the computer and again after a crash, and gives the user the right to sign in as a service. */
NS_MUST_USE ns_status service_install(const service_setup *setup, ns_error *error);
NS_MUST_USE ns_status service_remove(ns_error *error);
/* Called by the program that the service manager has started: lets `work` run as the service, which ends when that returns. The events are set as the
 * manager tells. */
NS_MUST_USE ns_status service_run(ns_status (*work)(void *context, ns_error *error), void *context, HANDLE stop, HANDLE stop_now, ns_error *error);

#endif
