/* SPDX-License-Identifier: Apache-2.0 */
/* What hosts say of themselves while a session is set up: its name and version in the NTLM challenge (MS-NLMP 2.2.1.2),
 * its system in version 1, as a client does (MS-CIFS 2.2.4.53). */
#include "parsers/smb/smb.h"

enum {
    CHALLENGE = 2,
    HAS_VERSION = 0x02000000, /* NTLMSSP_NEGOTIATE_VERSION */
    HAS_UNICODE = 0x8000,     /* SMB_FLAGS2_UNICODE */
    COMPUTER_NAME = 1,        /* MsvAvNbComputerName */
    PAIRS_MOST = 16,
    SMB1_HEADER = 32,
    SEARCH_MOST = 512, /* octets of SPNEGO in front of the challenge */
    NAME_MOST = 256
};

static struct bytes from(struct bytes in, size_t offset, size_t length)
{
    struct bytes none = bytes_over(NULL, 0);
    if (offset + length > bytes_left(&in) || offset + length < offset) return none;
    bytes_skip(&in, offset);
    return bytes_take(&in, length);
}

static bool challenge(struct pdu *p, struct bytes in)
{
    struct bytes head = in;
    bytes_skip(&head, 20);
    uint32_t flags = bytes_le32(&head);
    struct bytes pairs =
        from(in, bytes_peek_le16(&in, 44) | (size_t)bytes_peek_le16(&in, 46) << 16, bytes_peek_le16(&in, 40));
    for (unsigned i = 0; i < PAIRS_MOST && bytes_left(&pairs) >= 4; i++) {
        uint16_t kind = bytes_le16(&pairs);
        struct bytes value = bytes_take(&pairs, bytes_le16(&pairs));
        if (kind == COMPUTER_NAME && bytes_ok(&pairs) && bytes_left(&value) <= NAME_MOST)
            message_identity(p, IDENTITY_NAME, smb_utf8(p, value));
    }
    if (!(flags & HAS_VERSION) || bytes_left(&in) < 56) return false;
    message_identity_format(p, IDENTITY_FIRMWARE, "Windows %u.%u build %u", bytes_peek(&in, 48), bytes_peek(&in, 49),
                            bytes_peek_le16(&in, 50));
    return true;
}

bool smb_session_setup(struct pdu *p, struct bytes message)
{
    for (unsigned i = 0; i < SEARCH_MOST && bytes_left(&message) > 32; i++) {
        ptrdiff_t at = bytes_find(&message, 'N');
        if (at < 0) return false;
        bytes_skip(&message, (size_t)at);
        if (bytes_starts(&message, "NTLMSSP\0") && bytes_peek(&message, 8) == CHALLENGE) return challenge(p, message);
        bytes_skip(&message, 1);
    }
    return false;
}

/* A text of a session's setup, which ends with a zero of two octets, and where the next one begins. */
static struct bytes text_at(struct bytes whole, size_t *at)
{
    size_t length = 0;
    *at += *at & 1;
    while (length < NAME_MOST && *at + length + 2 <= bytes_left(&whole) && bytes_peek_le16(&whole, *at + length))
        length += 2;
    struct bytes text = from(whole, *at, length);
    *at += length + 2;
    return text;
}

/* Setup of a session in version 1 by its number of words (MS-CIFS 2.2.4.53, MS-SMB 2.2.4.6): where the lengths of what
 * stands before the texts are, and how many texts come before the native system. */
static const struct {
    uint8_t words, lengths[2], texts;
} setups[] = {
    {3, {0, 0}, 0},   /* answer */
    {4, {6, 0}, 0},   /* answer with a security blob */
    {12, {14, 0}, 0}, /* request with one */
    {13, {14, 16}, 2} /* request with two passwords, an account and a domain */
};

void smb_native_system(struct pdu *p, struct bytes whole)
{
    enum { WORDS = SMB1_HEADER + 1 };
    uint8_t words = bytes_peek(&whole, SMB1_HEADER);
    if (!(bytes_peek_le16(&whole, 10) & HAS_UNICODE)) return;
    for (size_t i = 0; i < COUNT_OF(setups); i++) {
        if (setups[i].words != words) continue;
        size_t at = WORDS + words * 2u + 2;
        for (size_t k = 0; k < 2; k++)
            if (setups[i].lengths[k]) at += bytes_peek_le16(&whole, WORDS + setups[i].lengths[k]);
        for (unsigned k = 0; k < setups[i].texts; k++) (void)text_at(whole, &at);
        struct bytes system = text_at(whole, &at);
        if (!bytes_empty(&system)) message_identity(p, IDENTITY_FIRMWARE, smb_utf8(p, system));
    }
}
