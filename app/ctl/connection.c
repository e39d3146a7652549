#include <stdio.h>
#include <stdlib.h>

#include "command.h"
#include "model/names.h"
#include "store/changed.h"
#include "store/identity.h"

/* The guard against lock-out must know an account under each of its names. */
static ns_status warn_of_alike(command *self, const ns_connection *connection, ns_error *error) {
    ns_text names;
    ns_status status = NS_OK;
    ns_text_init(&names, 4096);
    status = ns_connection_alike(self->store, connection, &names, error);
    if (status == NS_OK && names.size)
        (void)fprintf(stderr,
                      "%s may be one account with %s, and is taken for another. If it is one, say so of both: nightshiftctl connection account NAME "
                      "DOMAIN\\user\n",
                      connection->name, ns_text_string(&names));
    ns_text_clear(&names);
    return status;
}

static ns_status set_account(command *self, int *exit_code, ns_error *error) {
    ns_connection connection = {0};
    ns_status status = ns_connection_load(self->store, self->arguments.words[0], &connection, error);
    (void)exit_code;
    if (status == NS_OK) {
        free(connection.account);
        connection.account = ns_string_copy(self->arguments.count > 1 ? self->arguments.words[1] : "");
        status = connection.account ? ns_connection_save(self->store, &connection, NULL, error) : ns_error_set_memory(error);
    }
    if (status == NS_OK)
        status = warn_of_alike(self, &connection, error);
    ns_connection_clear(&connection);
    return status;
}

static ns_status add(command *self, int *exit_code, ns_error *error) {
    ns_connection connection = {.name = (char *)(uintptr_t)self->arguments.words[0]};
    const char *domain = option_value(self, "domain", NULL);
    ns_secret secret = {0};
    connection.account = (char *)(uintptr_t)option_value(self, "account", "");
    ns_status status = ns_user_split(option_value(self, "user", ""), &connection.domain, &connection.user, error);
    (void)exit_code;
    if (status == NS_OK)
        status = ns_connection_kind_parse(option_value(self, "kind", "password"), &connection.kind, error);
    if (status == NS_OK && domain) {
        free(connection.domain);
        connection.domain = ns_string_copy(domain);
    }
    if (status == NS_OK && connection.kind == NS_CONNECTION_PASSWORD)
        status = read_password(self, "Password: ", &secret, error);
    if (status == NS_OK)
        status = ns_connection_save(self->store, &connection, secret.size ? &secret : NULL, error);
    if (status == NS_OK && !self->json)
        (void)printf("Added connection %s.\n", connection.name);
    if (status == NS_OK)
        status = warn_of_alike(self, &connection, error);
    ns_secret_clear(&secret);
    free(connection.user);
    free(connection.domain);
    return status;
}

static ns_status list(command *self, int *exit_code, ns_error *error) {
    static const int widths[] = {20, 24, 16};
    static const char *const titles[] = {"NAME", "USER", "DOMAIN", "LAST REFUSAL"};
    ns_connection_list connections;
    cJSON *document = NULL;
    cJSON *array = NULL;
    ns_status status = ns_connections_load(self->store, &connections, error);
    (void)exit_code;
    if (status != NS_OK)
        return status;
    if (self->json) {
        document = cJSON_CreateObject();
        array = cJSON_AddArrayToObject(document, "connections");
    } else {
        print_row(widths, titles, NS_COUNT_OF(titles));
    }
    for (size_t i = 0; i < connections.count; i++) {
        const ns_connection *each = &connections.items[i];
        if (self->json) {
            cJSON *object = cJSON_CreateObject();
            (void)ns_json_add_string(object, "name", each->name);
            (void)ns_json_add_string(object, "kind", ns_connection_kind_name(each->kind));
            (void)ns_json_add_string(object, "user", each->user);
            (void)ns_json_add_string(object, "domain", each->domain);
            (void)ns_json_add_string(object, "account", each->account);
            (void)ns_json_add_time(object, "refusedAt", each->refused_at);
            (void)ns_json_add_string(object, "refusedCode", each->refused_at ? each->refused_code : NULL);
            (void)cJSON_AddItemToArray(array, object);
        } else {
            const char *const cells[] = {each->name, each->user, each->domain, each->refused_code};
            print_row(widths, cells, NS_COUNT_OF(cells));
        }
    }
    if (document)
        print_json(document);
    ns_connection_list_clear(&connections);
    return NS_OK;
}

static ns_status set_password(command *self, int *exit_code, ns_error *error) {
    ns_connection connection = {0};
    ns_secret secret = {0};
    int64_t since = 0;
    ns_status status = ns_activity_newest(self->store, &since, error);
    (void)exit_code;
    if (status == NS_OK)
        status = ns_connection_load(self->store, self->arguments.words[0], &connection, error);
    if (status == NS_OK)
        status = read_password(self, "New password: ", &secret, error);
    if (status == NS_OK) /* which may take a while to type */
        status = ns_connection_set_secret(self->store, connection.id, since, &secret, error);
    ns_secret_clear(&secret);
    ns_connection_clear(&connection);
    return status;
}

const verb connection_verbs[] = {
    {"connection", "add", "NAME --user USER [--domain D] [--account ACCOUNT] [--kind password|certificate|entra] [--password-stdin]",
     "Adds who signs in. USER is DOMAIN\\user, user@domain, or for an account of the machine itself MACHINE\\user, .\\user or user. The password is "
     "asked for, or read from standard input. ACCOUNT, DOMAIN\\user or user@domain, says whose account it is where USER does not: connections of one "
     "account "
     "take turns, and rest together after a refusal. The kinds certificate and entra need a token of Microsoft Entra, which this version cannot get.",
     "connection add robot --user EXAMPLE\\robot", "user= domain= account= kind= password-stdin", 1, 1, add},
    {"connection", "list", "", "Lists the connections. Passwords are never shown.", "connection list", "", 0, 0, list},
    {"connection", "password", "NAME [--password-stdin]", "Sets a new password, and lifts the pause after a refused one.",
     "connection password robot", "password-stdin", 1, 1, set_password},
    {"connection", "account", "NAME [ACCOUNT]",
     "Says whose account it is, DOMAIN\\user or user@domain, where the user's name does not; without ACCOUNT the name says it again.",
     "connection account robot-upn EXAMPLE\\robot", "", 1, 2, set_account},
    {"connection", "remove", "NAME", "Removes a connection with its password.", "connection remove robot", "", 1, 1, remove_named},
    {0},
};
