/* SPDX-License-Identifier: Apache-2.0 */
/* The traffic script's interpreter: what its files share. One script is run from its text, line by line. */
#ifndef WANGLOU_SIGNATURES_TRAFFIC_SCRIPT_H
#define WANGLOU_SIGNATURES_TRAFFIC_SCRIPT_H

#include "signatures/traffic.h"
#include "signatures/traffic/packet.h"

/* Caps: a script is written by hand and must not be able to run away. */
enum {
    NAME_ROOM = 32,
    HOSTS = 256,
    CONNECTIONS = 256,
    VARIABLES = 64,
    MACROS = 64,
    PARAMETERS = 4,
    DEPTH = 24,              /* nested brackets and blocks */
    ITEM_ROOM = 60000,       /* bytes of one data line */
    CAPTURE_ROOM = 64 << 20, /* bytes of the capture */
    STATEMENTS = 8 << 20     /* run in all, repeats counted */
};

struct name {
    char text[NAME_ROOM];
};

struct host {
    struct name name;
    struct packet_end end; /* family 0: only a MAC */
};

enum connection_kind { CONNECTION_TCP, CONNECTION_UDP, CONNECTION_ETHER };
struct connection {
    struct name name; /* empty: not named */
    uint8_t kind;
    bool in_use;
    uint16_t ethertype;      /* of CONNECTION_ETHER; 0: IEEE 802.3 length */
    struct packet_path path; /* client to server */
    uint32_t sequence[2];    /* next to send; 0 client, 1 server */
    uint16_t ip_id[2];       /* next */
    uint32_t late;           /* number of the packet that waits to be overtaken, from 1; 0: none */
};

struct variable {
    struct name name;
    double value;
};

/* `define NAME(parameters) items`: `body` and `body2` stand for the groups given by the caller. */
struct macro {
    struct name name;
    struct name parameters[PARAMETERS];
    unsigned parameter_count;
    const char *items; /* to the end of their line */
};

/* Bytes that grow up to a cap; free(bytes) is the owner's. */
struct output {
    uint8_t *bytes;
    size_t length, room, most;
};

/* What a macro's items see of their call. */
struct call {
    const struct macro *macro;
    double arguments[PARAMETERS];
    struct output bodies[2];
};

struct packet {
    uint64_t time_ns;
    uint32_t offset, captured, length; /* of the frame in `frames` */
    uint32_t order;
};

struct script {
    const char *text, *end; /* the user's text */
    const char *at;
    const char *file;
    unsigned line, column;
    struct fault *fault;
    const char *call_site; /* where the user's text called the macro being run */

    uint64_t clock_ns, pace_ns, jitter_ns;
    uint64_t random;
    unsigned statements, depth, calls;

    struct host *hosts;
    struct connection *connections, *current;
    struct variable *variables;
    struct macro *macros;
    unsigned host_count, connection_count, variable_count, macro_count;
    const struct call *call;

    struct output frames;
    struct packet *packets;
    unsigned packet_count, packet_room;
    uint8_t *segment, *frame; /* PACKET_ROOM bytes each, being built */
    unsigned blocks;          /* open repeat and timeline */
};

/* Says what is wrong at `at` in the text; returns false. */
bool script_wrong(struct script *s, const char *at, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* -- lexer.c: words, names, durations, addresses -- */
void skip_blanks(struct script *s); /* blanks, comments, continued lines; newlines too inside brackets (depth > 0) */
bool at_line_end(struct script *s);
bool take_char(struct script *s, char wanted); /* passes over it when it comes next */
bool expect_char(struct script *s, char wanted);
bool take_open(struct script *s, char bracket); /* inside brackets a line end is a blank */
bool expect_close(struct script *s, char bracket);
bool take_word(struct script *s, const char *word);
bool read_name(struct script *s, struct name *name); /* letters, digits, `_`, beginning with a letter */
bool read_duration(struct script *s, uint64_t *ns);
bool read_mac(struct script *s, uint8_t mac[6]);
/* "10.1.1.5", "10.1.1.(i + 1)", "[2001:db8::1]" or a host's name. */
bool read_address(struct script *s, struct packet_end *end);
bool read_end(struct script *s, struct packet_end *end); /* address:port, port a number or `(expression)` */
const struct host *host_of_address(const struct script *s, const struct address *address);
const struct host *host_named(const struct script *s, const struct name *name);

/* -- expression.c -- */
bool expression(struct script *s, double *value);
bool expression_integer(struct script *s, double least, double most, double *value);
struct variable *variable_of(struct script *s, const struct name *name);
bool variable_set(struct script *s, const char *at, const struct name *name, double value);
double script_random(struct script *s); /* 0 to 1, the same sequence every time */

/* -- items.c -- */
/* Everything to the end of the line (or of the group). */
bool items(struct script *s, struct output *out);
bool macro_define(struct script *s);                                 /* what stands behind `define` */
bool prelude_define(struct script *s);                               /* the wrappers every script has */
bool output_append(struct output *out, const void *bytes, size_t n); /* false when it is full */
void skip_line(struct script *s);                                    /* to the line's end without running it */

/* -- wire.c: from payloads to packets -- */
struct manner { /* how a line is sent */
    bool lost, late, twice;
    unsigned split, back, cut, fragment; /* bytes; 0: not */
};
enum opening { OPENING_WHOLE, OPENING_MIDSTREAM, OPENING_SYN, OPENING_REFUSED };
bool connection_open(struct script *s, struct connection *c, enum opening opening);
bool connection_send(struct script *s, struct connection *c, unsigned side, const struct output *data,
                     const struct manner *manner);
/* A TCP segment without data; SYN and FIN use up a sequence number. */
bool connection_flags(struct script *s, struct connection *c, unsigned side, unsigned flags);
/* At the script's clock, which moves on by the pace. */
bool frame_emit(struct script *s, const uint8_t *frame, size_t length, unsigned cut);

/* -- statement.c -- */
bool script_run(struct script *s);

#endif
