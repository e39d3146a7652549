/* For the probe bench: `probe-bench serve PORT CERTIFICATE KEY` answers RDP's first question and TLS on every address, as
 * light as it can, on any port that is free where PORT is 0, and says on which; `floor` makes a bare TCP connection and TLS handshake with each
 * address; `probe` is ns_probe_run. Both print how many machines they reached and how long it took. Addresses come one a line on standard input. */
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "probe/net.h"
#include "probe/probe.h"

enum { LINES_MAXIMUM = 10000, SOCKETS = 256, PEERS = 2048, QUESTION_SIZE = 19 };

static char lines[LINES_MAXIMUM][64];
static size_t line_count;

static void read_lines(void) {
    while (line_count < LINES_MAXIMUM && fgets(lines[line_count], sizeof lines[0], stdin)) {
        lines[line_count][strcspn(lines[line_count], "\n")] = 0;
        line_count++;
    }
}

/* The responder: one thread, one poll. */
typedef struct peer {
    int fd;
    SSL *ssl;
    bool shaken;
} peer;

static const uint8_t confirm[] = {3, 0, 0, 0x13, 0x0E, 0xD0, 0, 0, 0x12, 0x34, 0, 2, 0, 8, 0, 1, 0, 0, 0};

/* False when it is over. A TLS record begins with 0x16: the floor does not ask. */
static bool answer(peer *self, SSL_CTX *tls) {
    uint8_t bytes[64];
    ssize_t got = 0;
    if (!self->ssl) {
        got = recv(self->fd, bytes, 1, MSG_PEEK);
        if (got <= 0)
            return false;
        if (bytes[0] != 0x16) {
            got = recv(self->fd, bytes, QUESTION_SIZE, 0);
            return got == QUESTION_SIZE && send(self->fd, confirm, sizeof confirm, MSG_NOSIGNAL) == (ssize_t)sizeof confirm;
        }
        self->ssl = SSL_new(tls);
        if (!self->ssl || SSL_set_fd(self->ssl, self->fd) != 1)
            return false;
    }
    if (!self->shaken) {
        const int result = SSL_accept(self->ssl);
        self->shaken = result == 1;
        return result == 1 || SSL_get_error(self->ssl, result) == SSL_ERROR_WANT_READ;
    }
    return false; /* what a client says then ends it */
}

static int serve(const char *port, const char *certificate, const char *key) {
    static peer peers[PEERS];
    static struct pollfd waits[PEERS];
    struct sockaddr_in any = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(port))};
    socklen_t size = sizeof any;
    const int on = 1;
    SSL_CTX *tls = SSL_CTX_new(TLS_server_method());
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    size_t count = 1;
    (void)setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (!tls || SSL_CTX_use_certificate_file(tls, certificate, SSL_FILETYPE_PEM) != 1 ||
        SSL_CTX_use_PrivateKey_file(tls, key, SSL_FILETYPE_PEM) != 1 || bind(listener, (const struct sockaddr *)&any, sizeof any) != 0 ||
        listen(listener, 4096) != 0 || getsockname(listener, (struct sockaddr *)&any, &size) != 0)
        return 1;
    (void)SSL_CTX_set_num_tickets(tls, 0);
    (void)printf("listening %u\n", ntohs(any.sin_port));
    (void)fflush(stdout);
    waits[0] = (struct pollfd){.fd = listener, .events = POLLIN};
    while (poll(waits, count, -1) >= 0) {
        for (size_t i = 1; i < count; i++) {
            if (!waits[i].revents || answer(&peers[i], tls))
                continue;
            SSL_free(peers[i].ssl);
            (void)close(peers[i].fd);
            peers[i] = peers[--count];
            waits[i] = waits[count];
            i--;
        }
        for (int fd = -1; waits[0].revents && count < PEERS && (fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0; count++) {
            peers[count] = (peer){.fd = fd};
            waits[count] = (struct pollfd){.fd = fd, .events = POLLIN};
        }
    }
    return 1;
}

/* The floor. */
typedef struct call {
    ns_net socket;
    SSL *ssl;
} call;

static void hang_up(call *self, size_t *open) {
    SSL_free(self->ssl);
    ns_net_close(self->socket);
    *self = (call){.socket = NS_NET_NONE};
    --*open;
}

static bool begin(call *self, const char *line, uint16_t port, SSL_CTX *tls) {
    ns_net_addresses addresses;
    char why[64];
    if (!ns_net_resolve(line, port, true, &addresses, why, sizeof why))
        return false;
    self->socket = ns_net_connect(&addresses.items[0]);
    self->ssl = SSL_new(tls);
    return self->socket != NS_NET_NONE && self->ssl && SSL_set_fd(self->ssl, (int)self->socket) == 1;
}

static size_t floor_of(uint16_t port) {
    static call calls[SOCKETS];
    static ns_net_wait waits[SOCKETS];
    SSL_CTX *tls = SSL_CTX_new(TLS_client_method());
    size_t next = 0;
    size_t open = 0;
    size_t reached = 0;
    for (size_t i = 0; i < SOCKETS; i++)
        calls[i].socket = NS_NET_NONE;
    while (next < line_count || open) {
        size_t count = 0;
        for (size_t i = 0; i < SOCKETS; i++) {
            if (calls[i].socket == NS_NET_NONE && next < line_count && begin(&calls[i], lines[next++], port, tls))
                open++;
            if (calls[i].socket != NS_NET_NONE)
                waits[count++] = (ns_net_wait){.socket = calls[i].socket, .writing = ns_net_look(calls[i].socket) == NS_NET_CONNECTING};
        }
        ns_net_poll(waits, count, 20);
        for (size_t i = 0; i < SOCKETS; i++) {
            int result = 0;
            if (calls[i].socket == NS_NET_NONE || ns_net_look(calls[i].socket) == NS_NET_CONNECTING)
                continue;
            result = SSL_connect(calls[i].ssl);
            reached += result == 1;
            if (result == 1 ||
                (SSL_get_error(calls[i].ssl, result) != SSL_ERROR_WANT_READ && SSL_get_error(calls[i].ssl, result) != SSL_ERROR_WANT_WRITE))
                hang_up(&calls[i], &open);
        }
    }
    SSL_CTX_free(tls);
    return reached;
}

static void count_reached(void *context, size_t index, ns_facts *facts) {
    const ns_fact *certificate = ns_facts_find(facts, "tls.certificate");
    (void)index;
    *(size_t *)context += certificate && certificate->value;
    ns_facts_clear(facts);
}

static size_t probe_of(uint16_t port, uint32_t total_ms) {
    static ns_probe_target targets[LINES_MAXIMUM];
    const ns_probe_options options = {.sockets = SOCKETS, .total_ms = total_ms};
    size_t reached = 0;
    ns_error error;
    for (size_t i = 0; i < line_count; i++)
        targets[i] = (ns_probe_target){.name = lines[i], .host = lines[i], .port = port};
    if (ns_probe_run(targets, line_count, &options, count_reached, &reached, &error) != NS_OK)
        (void)fprintf(stderr, "%s\n", error.message);
    return reached;
}

int main(int argc, char **argv) {
    const struct rlimit many = {4096, 4096};
    uint64_t before = 0;
    size_t reached = 0;
    (void)signal(SIGPIPE, SIG_IGN);
    (void)setrlimit(RLIMIT_NOFILE, &many);
    if (argc == 5 && strcmp(argv[1], "serve") == 0)
        return serve(argv[2], argv[3], argv[4]);
    if (argc < 3)
        return 2;
    read_lines();
    before = ns_clock_monotonic_ms();
    reached = strcmp(argv[1], "floor") == 0 ? floor_of((uint16_t)atoi(argv[2]))
                                            : probe_of((uint16_t)atoi(argv[2]), argc > 3 ? (uint32_t)atoi(argv[3]) : 60000);
    (void)printf("{\"machines\": %zu, \"reached\": %zu, \"ms\": %llu}\n", line_count, reached,
                 (unsigned long long)(ns_clock_monotonic_ms() - before));
    return 0;
}
