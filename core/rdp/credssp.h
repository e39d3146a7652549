/* What is read of CredSSP beside FreeRDP's own reading. The bytes come from the machine and are trusted in nothing. Pure. */
#ifndef NS_RDP_CREDSSP_H
#define NS_RDP_CREDSSP_H

#include <stddef.h>
#include <stdint.h>

/* The errorCode of a TSRequest, [MS-CSSP] 2.2.1, an NTSTATUS; 0 when it carries none or is none. */
uint32_t ns_rdp_credssp_status(const uint8_t *bytes, size_t size);

#endif
