/* SPDX-License-Identifier: Apache-2.0 */
/* Private to the SMB parser: its tables (MS-CIFS, MS-SMB2). Codes of version 2 and 3 stand above those of version 1. */
#ifndef WANGLOU_PARSERS_SMB_SMB_H
#define WANGLOU_PARSERS_SMB_SMB_H

#include "parsers/parser.h"

enum {
    SMB2 = 0x100,           /* + command of MS-SMB2 clause 2.2.1 */
    SMB_ENCRYPTED = 0x200,  /* clause 2.2.41 */
    SMB_COMPRESSED = 0x201, /* clause 2.2.42 */
    SMB_OPERATIONS = 77,
    SMB_STATUSES = 19
};
extern const struct operation smb_operations[SMB_OPERATIONS];
extern const struct status_name smb_statuses[SMB_STATUSES];

/* UTF-16LE as UTF-8 in the scratch. */
struct bytes smb_utf8(struct pdu *p, struct bytes in);
/* session.c: identities in the answer to a session's setup; `message` and `whole` begin with its header. True: the
 * system's version was among them. */
bool smb_session_setup(struct pdu *p, struct bytes message);
void smb_native_system(struct pdu *p, struct bytes whole);

#endif
