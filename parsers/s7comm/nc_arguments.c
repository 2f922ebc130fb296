/* SPDX-License-Identifier: Apache-2.0 */
/* Which argument of a Sinumerik program invocation stands where. Follows "SINUMERIK 840D, Operator components (NCDDE)",
 * PI services; the first argument of all addresses the NC, its area and channel. */
#include "parsers/s7comm/s7comm.h"

enum { ARGUMENTS = 12 };

static const struct {
    char service[10];
    uint16_t fields[ARGUMENTS]; /* those behind the address; 0: no more */
} services[] = {
    {"_N_LOGIN_", {F_NC_PASSWORD}},
    {"_N_F_OPER", {F_NC_FILE, F_NC_WINDOW}},
    {"_N_F_DELE", {F_NC_FILE}},
    {"_N_EXTERN", {F_NC_FILE}},
    {"_N_EXTMOD", {F_NC_FILE}},
    {"_N_F_DELR", {F_NC_FILE}},
    {"_N_F_XFER", {F_NC_FILE}},
    {"_N_LOCKE_", {F_NC_FILE}},
    {"_N_SELECT", {F_NC_FILE}},
    {"_N_SRTEXT", {F_NC_FILE}},
    {"_N_F_CLOS", {F_NC_WINDOW}},
    {"_N_F_OPEN", {F_NC_FILE, F_NC_WINDOW}},
    {"_N_F_SEEK", {F_NC_WINDOW, F_NC_SEEK, F_NC_WINDOW_SIZE, F_NC_COMPARE, F_NC_SKIP}},
    {"_N_ASUP__", {F_NC_INTERRUPT, F_NC_PRIORITY, F_NC_LIFTFAST, F_NC_BLSYNC, F_NC_FILE}},
    {"_N_CHEKDM", {F_NC_MAGAZINE, F_NC_D_NUMBER, F_NC_SPINDLE}},
    {"_N_CHKDNO", {F_NC_TOOL_W, F_NC_TOOL_W, F_NC_D_NUMBER}},
    {"_N_CONFIG", {F_NC_CLASS}},
    {"_N_CRCEDN", {F_NC_TOOL_T, F_NC_D_NUMBER}},
    {"_N_DELECE", {F_NC_TOOL_T, F_NC_D_NUMBER}},
    {"_N_CREACE", {F_NC_TOOL}},
    {"_N_CREATO", {F_NC_TOOL}},
    {"_N_DELETO", {F_NC_TOOL}},
    {"_N_CRTOCE", {F_NC_TOOL, F_NC_EDGE_C}},
    {"_N_DELVAR", {F_NC_BLOCK, F_NC_COLUMN_FIRST, F_NC_COLUMN_LAST, F_NC_ROW_FIRST, F_NC_ROW_LAST}},
    {"_N_F_COPY", {F_NC_DIRECTION, F_NC_SOURCE, F_NC_DESTINATION}},
    {"_N_F_DMDA", {F_NC_CHANNEL}},
    {"_N_F_PROR", {F_NC_FILE, F_NC_PROTECTION}},
    {"_N_F_PROT", {F_NC_FILE, F_NC_PROTECTION}},
    {"_N_F_RENA", {F_NC_OLD_FILE, F_NC_NEW_FILE}},
    {"_N_FINDBL", {F_NC_FIND_MODE}},
    {"_N_IBN_SS", {F_NC_SWITCH}},
    {"_N_MMCSEM", {F_NC_FUNCTION_NUMBER, F_NC_SEMAPHORE}},
    {"_N_NCKMOD", {F_NC_ON_OFF, F_NC_OPERATING_MODE, F_NC_FACTOR}},
    {"_N_NEWPWD", {F_NC_PASSWORD, F_NC_PASSWORD_LEVEL}},
    {"_N_SEL_BL", {F_NC_LINE}},
    {"_N_SETTST", {F_NC_MAGAZINE, F_NC_WEAR_GROUP, F_NC_TOOL_STATUS}},
    {"_N_TMAWCO", {F_NC_MAGAZINE, F_NC_WEAR_GROUP, F_NC_WEAR_SEARCH}},
    {"_N_TMCRTC", {F_NC_TOOL_ID, F_NC_TOOL, F_NC_DUPLO, F_NC_EDGE}},
    {"_N_TMCRTO", {F_NC_TOOL_ID, F_NC_TOOL, F_NC_DUPLO}},
    {"_N_TMFDPL", {F_NC_TOOL, F_NC_PLACE, F_NC_MAGAZINE, F_NC_PLACE_REFERENCE, F_NC_MAGAZINE_REFERENCE}},
    {"_N_TMFPBP",
     {F_NC_MAGAZINE_FROM, F_NC_PLACE_FROM, F_NC_MAGAZINE_TO, F_NC_PLACE_TO, F_NC_MAGAZINE_REFERENCE,
      F_NC_PLACE_REFERENCE, F_NC_HALF_LEFT, F_NC_HALF_RIGHT, F_NC_HALF_UP, F_NC_HALF_DOWN, F_NC_PLACE_TYPE,
      F_NC_SEARCH_DIRECTION}},
    {"_N_TMGETT", {F_NC_TOOL_NAME, F_NC_DUPLO}},
    {"_N_TMMVTL",
     {F_NC_TOOL, F_NC_PLACE_SOURCE, F_NC_MAGAZINE_SOURCE, F_NC_PLACE_DESTINATION, F_NC_MAGAZINE_DESTINATION}},
    {"_N_TMPCIT", {F_NC_SPINDLE, F_NC_INCREMENT}},
    {"_N_TMPOSM",
     {F_NC_TOOL, F_NC_TOOL_ID, F_NC_DUPLO, F_NC_PLACE_SOURCE, F_NC_MAGAZINE_SOURCE, F_NC_PLACE_DESTINATION,
      F_NC_MAGAZINE_DESTINATION}},
    {"_N_TRESMO", {F_NC_TOOL, F_NC_D_NUMBER, F_NC_MONITORING}},
    {"_N_TSEARC",
     {F_NC_MAGAZINE_FROM, F_NC_PLACE_FROM, F_NC_MAGAZINE_TO, F_NC_PLACE_TO, F_NC_MAGAZINE_REFERENCE,
      F_NC_PLACE_REFERENCE, F_NC_SEARCH_DIRECTION, F_NC_SEARCH_KIND}},
};

unsigned s7_nc_argument(struct bytes service, unsigned number)
{
    if (number == 0) return F_NC_ADDRESS;
    for (unsigned i = 0; i < COUNT_OF(services) && number <= ARGUMENTS; i++)
        if (bytes_starts_with(&service, services[i].service, strlen(services[i].service)) &&
            services[i].fields[number - 1])
            return services[i].fields[number - 1];
    return F_NC_ARGUMENT;
}
