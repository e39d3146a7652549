/* From the numbers that machines and FreeRDP give to result codes, in one table. docs/result-codes.md is made from it.
 * Pure; any thread. */
#ifndef NS_MODEL_NATIVE_CODE_H
#define NS_MODEL_NATIVE_CODE_H

#include <stddef.h>
#include <stdint.h>

typedef enum ns_native_kind {
    NS_NATIVE_CONNECT,     /* FreeRDP's error on the way to a session, its low word (error.h, class 2) */
    NS_NATIVE_ERROR_INFO,  /* Set Error Info, [MS-RDPBCGR] 2.2.5.1.1 */
    NS_NATIVE_LOGON_ERROR, /* Logon Error Info, its type, [MS-RDPBCGR] 2.2.10.1.1.4.1.1 */
    NS_NATIVE_NTSTATUS,    /* [MS-ERREF] 2.3.1, as CredSSP and Logon Error Info carry it */
    NS_NATIVE_AADSTS,      /* Microsoft Entra's error numbers */
    NS_NATIVE_CLIENT       /* why Windows' own client was disconnected: IMsTscAxEvents::OnDisconnected */
} ns_native_kind;

typedef struct ns_native_code {
    ns_native_kind kind;
    uint32_t number;
    const char *name; /* as its specification has it */
    const char *code; /* the result code that it means */
} ns_native_code;

/* NULL for a number that is not in the table. */
const ns_native_code *ns_native_code_find(ns_native_kind kind, uint32_t number);
const ns_native_code *ns_native_code_at(size_t index); /* NULL past the end */
/* "connect", "error info", "logon error", "NTSTATUS", "AADSTS", "mstsc". */
const char *ns_native_kind_name(ns_native_kind kind);

/* Each gives a result code for any number. */
const char *ns_error_info_code(uint32_t number);
/* `data` says more where the type is the NTSTATUS of a refusal: 0 bad password, 1 must change it, 2 other, 3 a notice. */
const char *ns_logon_error_code(uint32_t type, uint32_t data);

/* The result code of what an Entra token endpoint answered: the suberror, the number in `error_codes`, then `error`.
 * The text of the description is never read. */
const char *ns_entra_error_code(const char *json);

#endif
