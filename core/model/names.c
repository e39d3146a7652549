#include "model/names.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

ns_status ns_field_check(const char *what, const char *text, int maximum, int required, ns_error *error) {
    ptrdiff_t count = ns_utf8_count(text);
    if (count < 0)
        return ns_error_set(error, NS_STATUS_INVALID, "InvalidName", "Use UTF-8 text.", "The %s is not UTF-8 text.", what);
    if (required && count == 0)
        return ns_error_set(error, NS_STATUS_INVALID, "InvalidName", "Give one.", "The %s is empty.", what);
    if (count > maximum)
        return ns_error_set(error, NS_STATUS_INVALID, "InvalidName", "Shorten it.", "The %s has %td characters; at most %d are allowed.", what, count,
                            maximum);
    for (const unsigned char *p = (const unsigned char *)text; *p; p++)
        if ((*p < 0x20 && *p != '\n' && *p != '\r' && *p != '\t') || *p == 0x7F)
            return ns_error_set(error, NS_STATUS_INVALID, "InvalidName", "Leave them out.", "The %s has control characters in it.", what);
    return NS_OK;
}

ns_status ns_name_check(const char *what, const char *name, ns_error *error) {
    ns_status status = ns_field_check(what, name, NS_NAME_MAXIMUM, 1, error);
    if (status != NS_OK)
        return status;
    if (name[0] == ' ' || name[strlen(name) - 1] == ' ' || strpbrk(name, "\r\n\t"))
        return ns_error_set(error, NS_STATUS_INVALID, "InvalidName", "Leave out spaces at the ends, tabs and line breaks.",
                            "The %s has a space at an end, a tab or a line break.", what);
    return NS_OK;
}

ns_status ns_description_check(const char *description, ns_error *error) {
    return ns_field_check("description", description, NS_DESCRIPTION_MAXIMUM, 0, error);
}

ns_status ns_host_check(const char *host, ns_error *error) {
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_:%";
    size_t size = strlen(host);
    if (size == 0 || size > 253 || strspn(host, allowed) != size || host[0] == '-' || host[0] == '%' || strncmp(host, "vsock:", 6) == 0)
        return ns_error_set(error, NS_STATUS_INVALID, "InvalidHost", "Give a DNS name or an IP address, such as pc17.example.org or 10.0.0.17.",
                            "\"%.100s\" is not the name or address of a host.", host);
    return NS_OK;
}

ns_status ns_port_check(long long port, ns_error *error) {
    if (port < 1 || port > 65535)
        return ns_error_set(error, NS_STATUS_INVALID, "InvalidPort", "RDP listens on 3389 unless somebody changed it.",
                            "%lld is not a port; it must be from 1 to 65535.", port);
    return NS_OK;
}

ns_status ns_user_split(const char *text, char **domain, char **user, ns_error *error) {
    const char *backslash = strchr(text, '\\');
    const char *name = backslash ? backslash + 1 : text;
    size_t domain_size = backslash ? (size_t)(backslash - text) : 0;
    ns_status status = ns_field_check("user name", name, 256, 1, error);
    bool copied = false;
    *domain = NULL;
    *user = NULL;
    if (status != NS_OK)
        return status;
    if (strchr(name, '\\') || domain_size > 255 || (backslash && domain_size == 0))
        return ns_error_set(error, NS_STATUS_INVALID, "InvalidUser", "Write DOMAIN\\user, user@domain, MACHINE\\user or user.",
                            "The user name has a backslash in a place where none belongs.");
    *user = ns_string_copy(name);
    *domain = calloc(domain_size + 1, 1);
    copied = *user && *domain;
    if (copied) {
        memcpy(*domain, text, domain_size);
        status = ns_field_check("domain", *domain, 256, 0, error);
    }
    if (!copied || status != NS_OK) {
        free(*user);
        free(*domain);
        *user = NULL;
        *domain = NULL;
        return copied ? status : ns_error_set_memory(error);
    }
    /* Power Automate's way to name the machine itself; Windows has a dot for it. */
    if (ns_ascii_equal(*domain, "local"))
        (void)snprintf(*domain, domain_size + 1, ".");
    return NS_OK;
}
