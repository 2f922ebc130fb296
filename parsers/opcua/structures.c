/* SPDX-License-Identifier: Apache-2.0 */
/* OPC UA services and structures as tables (OPC 10000-4 clauses 5 and 7, type identifiers of OPC 10000-6 annex A). */
#include "parsers/opcua/opcua.h"

#define MEMBER(kind, field, meaning, array, inner)                                                                     \
    {                                                                                                                  \
        kind, field, meaning, array, inner                                                                             \
    }
#define SKIP(kind)                      MEMBER(M_##kind, NO_FIELD, MEANS_NOTHING, false, NULL)
#define FIELD(kind, field)              MEMBER(M_##kind, F_##field, MEANS_NOTHING, false, NULL)
#define MEANS(kind, meaning)            MEMBER(M_##kind, NO_FIELD, MEANS_##meaning, false, NULL)
#define BOTH(kind, field, meaning)      MEMBER(M_##kind, F_##field, MEANS_##meaning, false, NULL)
#define MANY_SKIP(kind)                 MEMBER(M_##kind, NO_FIELD, MEANS_NOTHING, true, NULL)
#define MANY_FIELD(kind, field)         MEMBER(M_##kind, F_##field, MEANS_NOTHING, true, NULL)
#define MANY_MEANS(kind, meaning)       MEMBER(M_##kind, NO_FIELD, MEANS_##meaning, true, NULL)
#define MANY_BOTH(kind, field, meaning) MEMBER(M_##kind, F_##field, MEANS_##meaning, true, NULL)
#define OF(members)                     MEMBER(M_STRUCT, NO_FIELD, MEANS_NOTHING, false, members)
#define LIST(members)                   MEMBER(M_STRUCT, NO_FIELD, MEANS_NOTHING, true, members)
#define END                             MEMBER(M_END, NO_FIELD, MEANS_NOTHING, false, NULL)

/* OPC 10000-4 clause 7.33 */
const struct member opcua_request_header[] = {SKIP(NODE),   SKIP(UINT64), FIELD(UINT32, HANDLE), SKIP(UINT32),
                                              SKIP(STRING), SKIP(UINT32), SKIP(EXTENSION),       END};
/* Clause 7.34 */
const struct member opcua_response_header[] = {
    SKIP(UINT64), FIELD(UINT32, HANDLE), FIELD(UINT32, RESULT), SKIP(DIAGNOSTIC), MANY_SKIP(STRING), SKIP(EXTENSION),
    END};
static const struct member nothing[] = {END};
/* Clause 7.2: ApplicationDescription */
static const struct member application[] = {FIELD(STRING, APPLICATION_URI),
                                            BOTH(STRING, PRODUCT_URI, PRODUCT),
                                            MEANS(LOCALIZED_TEXT, APPLICATION_NAME),
                                            FIELD(UINT32, APPLICATION_TYPE),
                                            SKIP(STRING),
                                            SKIP(STRING),
                                            MANY_SKIP(STRING),
                                            END};
static const struct member user_token_policy[] = {
    FIELD(STRING, POLICY_ID), FIELD(UINT32, TOKEN_TYPE), SKIP(STRING), SKIP(STRING), FIELD(STRING, POLICY_URI), END};
static const struct member endpoint[] = {FIELD(STRING, ENDPOINT_URL),
                                         OF(application),
                                         SKIP(BYTES),
                                         FIELD(UINT32, MODE),
                                         FIELD(STRING, POLICY_URI),
                                         LIST(user_token_policy),
                                         SKIP(STRING),
                                         SKIP(BYTE),
                                         END};
static const struct member registered_server[] = {FIELD(STRING, SERVER_URI),
                                                  FIELD(STRING, PRODUCT_URI),
                                                  MANY_SKIP(LOCALIZED_TEXT),
                                                  FIELD(UINT32, APPLICATION_TYPE),
                                                  SKIP(STRING),
                                                  MANY_SKIP(STRING),
                                                  SKIP(STRING),
                                                  SKIP(BOOLEAN),
                                                  END};
static const struct member signature[] = {SKIP(STRING), SKIP(BYTES), END};
static const struct member signed_certificate[] = {SKIP(BYTES), SKIP(BYTES), END};
static const struct member token[] = {SKIP(UINT32), SKIP(UINT32), SKIP(UINT64), SKIP(UINT32), END};
/* OPC 10000-5 clause 12.4 */
static const struct member build_info[] = {FIELD(STRING, PRODUCT_URI),
                                           BOTH(STRING, MANUFACTURER, MANUFACTURER),
                                           BOTH(STRING, PRODUCT, MODEL),
                                           BOTH(STRING, SOFTWARE, FIRMWARE),
                                           FIELD(STRING, BUILD),
                                           SKIP(UINT64),
                                           END};
static const struct member server_status[] = {SKIP(UINT64), SKIP(UINT64),         SKIP(UINT32), OF(build_info),
                                              SKIP(UINT32), SKIP(LOCALIZED_TEXT), END};
static const struct member session_diagnostics[] = {
    SKIP(NODE), FIELD(STRING, SESSION_NAME), OF(application), FIELD(STRING, SERVER_URI), FIELD(STRING, ENDPOINT_URL),
    END};
static const struct member session_security[] = {
    SKIP(NODE),   SKIP(STRING),        MANY_SKIP(STRING),         SKIP(STRING), SKIP(STRING),
    SKIP(STRING), FIELD(UINT32, MODE), FIELD(STRING, POLICY_URI), SKIP(BYTES),  END};
/* OPC 10000-4 clause 7.40: user identity tokens */
static const struct member anonymous[] = {FIELD(STRING, POLICY_ID), END};
static const struct member user_name[] = {FIELD(STRING, POLICY_ID), BOTH(STRING, USER_NAME, USER), SKIP(BYTES),
                                          BOTH(STRING, ENCRYPTION, ENCRYPTION), END};
static const struct member certificate_token[] = {FIELD(STRING, POLICY_ID), SKIP(BYTES), END};
static const struct member issued_token[] = {FIELD(STRING, POLICY_ID), SKIP(BYTES), SKIP(STRING), END};
static const struct member argument[] = {SKIP(STRING),      SKIP(NODE),           SKIP(UINT32),
                                         MANY_SKIP(UINT32), SKIP(LOCALIZED_TEXT), END};
/* Clauses 5.4 and 5.5: discovery and secure channel */
static const struct member find_servers[] = {FIELD(STRING, ENDPOINT_URL), MANY_SKIP(STRING), MANY_SKIP(STRING), END};
static const struct member find_servers_answer[] = {LIST(application), END};
static const struct member server_on_network[] = {SKIP(UINT32), SKIP(STRING), SKIP(STRING), MANY_SKIP(STRING), END};
static const struct member find_on_network[] = {SKIP(UINT32), SKIP(UINT32), MANY_SKIP(STRING), END};
static const struct member find_on_network_answer[] = {SKIP(UINT64), LIST(server_on_network), END};
static const struct member get_endpoints[] = {FIELD(STRING, ENDPOINT_URL), MANY_SKIP(STRING), MANY_SKIP(STRING), END};
static const struct member get_endpoints_answer[] = {LIST(endpoint), END};
static const struct member register_server[] = {OF(registered_server), END};
static const struct member register_server2[] = {OF(registered_server), MANY_SKIP(EXTENSION), END};
static const struct member register_server2_answer[] = {MANY_BOTH(UINT32, RESULTS, RESULT), MANY_SKIP(DIAGNOSTIC), END};
static const struct member open_channel[] = {
    SKIP(UINT32), FIELD(UINT32, TOKEN_REQUEST), FIELD(UINT32, MODE), SKIP(BYTES), SKIP(UINT32), END};
static const struct member open_channel_answer[] = {SKIP(UINT32), OF(token), SKIP(BYTES), END};
/* Clause 5.6: sessions */
static const struct member create_session[] = {OF(application),
                                               FIELD(STRING, SERVER_URI),
                                               FIELD(STRING, ENDPOINT_URL),
                                               FIELD(STRING, SESSION_NAME),
                                               SKIP(BYTES),
                                               SKIP(BYTES),
                                               SKIP(UINT64),
                                               SKIP(UINT32),
                                               END};
static const struct member create_session_answer[] = {
    SKIP(NODE),    SKIP(NODE),   SKIP(UINT64), SKIP(BYTES), SKIP(BYTES), LIST(endpoint), LIST(signed_certificate),
    OF(signature), SKIP(UINT32), END};
static const struct member activate_session[] = {
    OF(signature), LIST(signed_certificate), MANY_SKIP(STRING), SKIP(EXTENSION), OF(signature), END};
static const struct member activate_session_answer[] = {SKIP(BYTES), MANY_FIELD(UINT32, RESULTS), MANY_SKIP(DIAGNOSTIC),
                                                        END};
static const struct member close_session[] = {SKIP(BOOLEAN), END};
static const struct member cancel[] = {SKIP(UINT32), END};
/* Clause 5.7: node management */
static const struct member add_node[] = {MEANS(EXPANDED_NODE, OBJECT), SKIP(NODE),   SKIP(EXPANDED_NODE),
                                         SKIP(QUALIFIED_NAME),         SKIP(UINT32), SKIP(EXTENSION),
                                         SKIP(EXPANDED_NODE),          END};
static const struct member add_nodes[] = {LIST(add_node), END};
static const struct member add_result[] = {BOTH(UINT32, STATUS_CODE, RESULT), SKIP(NODE), END};
static const struct member add_nodes_answer[] = {LIST(add_result), MANY_SKIP(DIAGNOSTIC), END};
static const struct member add_reference[] = {
    MEANS(NODE, OBJECT), SKIP(NODE), SKIP(BOOLEAN), SKIP(STRING), SKIP(EXPANDED_NODE), SKIP(UINT32), END};
static const struct member add_references[] = {LIST(add_reference), END};
static const struct member results[] = {MANY_BOTH(UINT32, RESULTS, RESULT), MANY_SKIP(DIAGNOSTIC), END};
static const struct member delete_node[] = {MEANS(NODE, OBJECT), SKIP(BOOLEAN), END};
static const struct member delete_nodes[] = {LIST(delete_node), END};
static const struct member delete_reference[] = {MEANS(NODE, OBJECT), SKIP(NODE),    SKIP(BOOLEAN),
                                                 SKIP(EXPANDED_NODE), SKIP(BOOLEAN), END};
static const struct member delete_references[] = {LIST(delete_reference), END};
/* Clause 5.8: views */
static const struct member view[] = {SKIP(NODE), SKIP(UINT64), SKIP(UINT32), END};
static const struct member browse_description[] = {MEANS(NODE, OBJECT), SKIP(UINT32), SKIP(NODE), SKIP(BOOLEAN),
                                                   SKIP(UINT32),        SKIP(UINT32), END};
static const struct member browse[] = {OF(view), SKIP(UINT32), LIST(browse_description), END};
static const struct member reference[] = {
    SKIP(NODE),           SKIP(BOOLEAN), SKIP(EXPANDED_NODE), SKIP(QUALIFIED_NAME),
    SKIP(LOCALIZED_TEXT), SKIP(UINT32),  SKIP(EXPANDED_NODE), END};
static const struct member browse_result[] = {BOTH(UINT32, STATUS_CODE, RESULT), SKIP(BYTES), LIST(reference), END};
static const struct member browse_answer[] = {LIST(browse_result), MANY_SKIP(DIAGNOSTIC), END};
static const struct member browse_next[] = {SKIP(BOOLEAN), MANY_SKIP(BYTES), END};
static const struct member path_element[] = {SKIP(NODE), SKIP(BOOLEAN), SKIP(BOOLEAN), SKIP(QUALIFIED_NAME), END};
static const struct member relative_path[] = {LIST(path_element), END};
static const struct member browse_path[] = {MEANS(NODE, OBJECT), OF(relative_path), END};
static const struct member translate[] = {LIST(browse_path), END};
static const struct member path_target[] = {SKIP(EXPANDED_NODE), SKIP(UINT32), END};
static const struct member path_result[] = {BOTH(UINT32, STATUS_CODE, RESULT), LIST(path_target), END};
static const struct member translate_answer[] = {LIST(path_result), MANY_SKIP(DIAGNOSTIC), END};
static const struct member register_nodes[] = {MANY_MEANS(NODE, OBJECT), END};
static const struct member register_nodes_answer[] = {MANY_SKIP(NODE), END};
/* Clause 5.9: query */
static const struct member content_element[] = {SKIP(UINT32), MANY_SKIP(EXTENSION), END};
static const struct member content_filter[] = {LIST(content_element), END};
static const struct member query_data_item[] = {OF(relative_path), SKIP(UINT32), SKIP(STRING), END};
static const struct member node_type[] = {SKIP(EXPANDED_NODE), SKIP(BOOLEAN), LIST(query_data_item), END};
static const struct member query_first[] = {OF(view),     LIST(node_type), OF(content_filter),
                                            SKIP(UINT32), SKIP(UINT32),    END};
static const struct member query_data_set[] = {SKIP(EXPANDED_NODE), SKIP(EXPANDED_NODE), MANY_SKIP(VARIANT), END};
static const struct member parsing_result[] = {SKIP(UINT32), MANY_SKIP(UINT32), MANY_SKIP(DIAGNOSTIC), END};
static const struct member element_result[] = {SKIP(UINT32), MANY_SKIP(UINT32), MANY_SKIP(DIAGNOSTIC), END};
static const struct member filter_result[] = {LIST(element_result), MANY_SKIP(DIAGNOSTIC), END};
static const struct member query_first_answer[] = {LIST(query_data_set),  SKIP(BYTES),       LIST(parsing_result),
                                                   MANY_SKIP(DIAGNOSTIC), OF(filter_result), END};
static const struct member query_next[] = {SKIP(BOOLEAN), SKIP(BYTES), END};
static const struct member query_next_answer[] = {LIST(query_data_set), SKIP(BYTES), END};
/* Clause 5.10: attributes */
static const struct member read_value[] = {MEANS(NODE, OBJECT), BOTH(UINT32, ATTRIBUTE, ATTRIBUTE), SKIP(STRING),
                                           SKIP(QUALIFIED_NAME), END};
static const struct member read[] = {SKIP(UINT64), SKIP(UINT32), LIST(read_value), END};
static const struct member read_answer[] = {MANY_MEANS(DATA_VALUE, ANSWER), MANY_SKIP(DIAGNOSTIC), END};
static const struct member history_read_value[] = {MEANS(NODE, OBJECT), SKIP(STRING), SKIP(QUALIFIED_NAME), SKIP(BYTES),
                                                   END};
static const struct member history_read[] = {SKIP(EXTENSION), SKIP(UINT32), SKIP(BOOLEAN), LIST(history_read_value),
                                             END};
static const struct member history_result[] = {BOTH(UINT32, STATUS_CODE, RESULT), SKIP(BYTES), SKIP(EXTENSION), END};
static const struct member history_read_answer[] = {LIST(history_result), MANY_SKIP(DIAGNOSTIC), END};
static const struct member write_value[] = {MEANS(NODE, OBJECT), BOTH(UINT32, ATTRIBUTE, ATTRIBUTE), SKIP(STRING),
                                            MEANS(DATA_VALUE, VALUE), END};
static const struct member write[] = {LIST(write_value), END};
static const struct member history_update[] = {MANY_SKIP(EXTENSION), END};
static const struct member history_update_result[] = {BOTH(UINT32, STATUS_CODE, RESULT), MANY_SKIP(UINT32),
                                                      MANY_SKIP(DIAGNOSTIC), END};
static const struct member history_update_answer[] = {LIST(history_update_result), MANY_SKIP(DIAGNOSTIC), END};
/* Clause 5.11: methods */
static const struct member call_method[] = {MEANS(NODE, OBJECT), MEANS(NODE, METHOD), MANY_MEANS(VARIANT, VALUE), END};
static const struct member call[] = {LIST(call_method), END};
static const struct member call_result[] = {BOTH(UINT32, STATUS_CODE, RESULT), MANY_SKIP(UINT32), MANY_SKIP(DIAGNOSTIC),
                                            MANY_MEANS(VARIANT, ANSWER), END};
static const struct member call_answer[] = {LIST(call_result), MANY_SKIP(DIAGNOSTIC), END};
/* Clauses 5.12 and 5.13: monitored items and subscriptions */
static const struct member monitoring[] = {SKIP(UINT32), SKIP(UINT64),  SKIP(EXTENSION),
                                           SKIP(UINT32), SKIP(BOOLEAN), END};
static const struct member item_create[] = {OF(read_value), SKIP(UINT32), OF(monitoring), END};
static const struct member create_items[] = {FIELD(UINT32, SUBSCRIPTION), SKIP(UINT32), LIST(item_create), END};
static const struct member item_result[] = {
    BOTH(UINT32, STATUS_CODE, RESULT), SKIP(UINT32), SKIP(UINT64), SKIP(UINT32), SKIP(EXTENSION), END};
static const struct member create_items_answer[] = {LIST(item_result), MANY_SKIP(DIAGNOSTIC), END};
static const struct member item_modify[] = {SKIP(UINT32), OF(monitoring), END};
static const struct member modify_items[] = {FIELD(UINT32, SUBSCRIPTION), SKIP(UINT32), LIST(item_modify), END};
static const struct member item_modified[] = {BOTH(UINT32, STATUS_CODE, RESULT), SKIP(UINT64), SKIP(UINT32),
                                              SKIP(EXTENSION), END};
static const struct member modify_items_answer[] = {LIST(item_modified), MANY_SKIP(DIAGNOSTIC), END};
static const struct member set_monitoring[] = {FIELD(UINT32, SUBSCRIPTION), SKIP(UINT32), MANY_SKIP(UINT32), END};
static const struct member set_triggering[] = {FIELD(UINT32, SUBSCRIPTION), SKIP(UINT32), MANY_SKIP(UINT32),
                                               MANY_SKIP(UINT32), END};
static const struct member set_triggering_answer[] = {MANY_BOTH(UINT32, RESULTS, RESULT), MANY_SKIP(DIAGNOSTIC),
                                                      MANY_BOTH(UINT32, RESULTS, RESULT), MANY_SKIP(DIAGNOSTIC), END};
static const struct member delete_items[] = {FIELD(UINT32, SUBSCRIPTION), MANY_SKIP(UINT32), END};
static const struct member create_subscription[] = {SKIP(UINT64),  SKIP(UINT32), SKIP(UINT32), SKIP(UINT32),
                                                    SKIP(BOOLEAN), SKIP(BYTE),   END};
static const struct member create_subscription_answer[] = {FIELD(UINT32, SUBSCRIPTION), SKIP(UINT64), SKIP(UINT32),
                                                           SKIP(UINT32), END};
static const struct member modify_subscription[] = {
    FIELD(UINT32, SUBSCRIPTION), SKIP(UINT64), SKIP(UINT32), SKIP(UINT32), SKIP(UINT32), SKIP(BYTE), END};
static const struct member modify_subscription_answer[] = {SKIP(UINT64), SKIP(UINT32), SKIP(UINT32), END};
static const struct member set_publishing[] = {SKIP(BOOLEAN), MANY_FIELD(UINT32, SUBSCRIPTION), END};
static const struct member acknowledgement[] = {FIELD(UINT32, SUBSCRIPTION), SKIP(UINT32), END};
static const struct member publish[] = {LIST(acknowledgement), END};
static const struct member notification[] = {SKIP(UINT32), SKIP(UINT64), MANY_SKIP(EXTENSION), END};
static const struct member publish_answer[] = {FIELD(UINT32, SUBSCRIPTION),
                                               MANY_SKIP(UINT32),
                                               SKIP(BOOLEAN),
                                               OF(notification),
                                               MANY_FIELD(UINT32, RESULTS),
                                               MANY_SKIP(DIAGNOSTIC),
                                               END};
static const struct member republish[] = {FIELD(UINT32, SUBSCRIPTION), SKIP(UINT32), END};
static const struct member republish_answer[] = {OF(notification), END};
static const struct member transfer[] = {MANY_FIELD(UINT32, SUBSCRIPTION), SKIP(BOOLEAN), END};
static const struct member transfer_result[] = {BOTH(UINT32, STATUS_CODE, RESULT), MANY_SKIP(UINT32), END};
static const struct member transfer_answer[] = {LIST(transfer_result), MANY_SKIP(DIAGNOSTIC), END};
static const struct member delete_subscriptions[] = {MANY_FIELD(UINT32, SUBSCRIPTION), END};
/* Clause 7.25: notifications */
static const struct member monitored_value[] = {MEANS(UINT32, OBJECT), MEANS(DATA_VALUE, VALUE), END};
static const struct member data_change[] = {LIST(monitored_value), MANY_SKIP(DIAGNOSTIC), END};
static const struct member event_fields[] = {SKIP(UINT32), MANY_SKIP(VARIANT), END};
static const struct member event_list[] = {LIST(event_fields), END};
static const struct member status_change[] = {FIELD(UINT32, STATUS_CODE), SKIP(DIAGNOSTIC), END};

/* Identifiers of the binary encodings, sorted. */
static const struct opcua_service services[] = {
    {422, 425, find_servers, find_servers_answer, false},
    {428, 431, get_endpoints, get_endpoints_answer, true},
    {437, 440, register_server, nothing, false},
    {446, 449, open_channel, open_channel_answer, false},
    {452, 455, nothing, nothing, false},
    {461, 464, create_session, create_session_answer, true},
    {467, 470, activate_session, activate_session_answer, false},
    {473, 476, close_session, nothing, false},
    {479, 482, cancel, cancel, false},
    {488, 491, add_nodes, add_nodes_answer, false},
    {494, 497, add_references, results, false},
    {500, 503, delete_nodes, results, false},
    {506, 509, delete_references, results, false},
    {527, 530, browse, browse_answer, false},
    {533, 536, browse_next, browse_answer, false},
    {554, 557, translate, translate_answer, false},
    {560, 563, register_nodes, register_nodes_answer, false},
    {566, 569, register_nodes, nothing, false},
    {615, 618, query_first, query_first_answer, false},
    {621, 624, query_next, query_next_answer, false},
    {631, 634, read, read_answer, false},
    {664, 667, history_read, history_read_answer, false},
    {673, 676, write, results, false},
    {700, 703, history_update, history_update_answer, false},
    {712, 715, call, call_answer, false},
    {751, 754, create_items, create_items_answer, false},
    {763, 766, modify_items, modify_items_answer, false},
    {769, 772, set_monitoring, results, false},
    {775, 778, set_triggering, set_triggering_answer, false},
    {781, 784, delete_items, results, false},
    {787, 790, create_subscription, create_subscription_answer, false},
    {793, 796, modify_subscription, modify_subscription_answer, false},
    {799, 802, set_publishing, results, false},
    {826, 829, publish, publish_answer, false},
    {832, 835, republish, republish_answer, false},
    {841, 844, transfer, transfer_answer, false},
    {847, 850, delete_subscriptions, results, false},
    {12208, 12209, find_on_network, find_on_network_answer, false},
    {12211, 12212, register_server2, register_server2_answer, false},
};

const struct opcua_service *opcua_service_of(uint32_t type_id, bool *response)
{
    for (unsigned i = 0; i < COUNT_OF(services) && services[i].request <= type_id; i++) {
        *response = services[i].response == type_id;
        if (*response || services[i].request == type_id) return &services[i];
    }
    return NULL;
}

static const struct {
    uint16_t type_id;
    const struct member *members;
} extensions[] = {
    {298, argument},
    {306, user_token_policy},
    {310, application},
    {314, endpoint},
    {321, anonymous},
    {324, user_name},
    {327, certificate_token},
    {340, build_info},
    {434, registered_server},
    {811, data_change},
    {820, status_change},
    {864, server_status},
    {867, session_diagnostics},
    {870, session_security},
    {916, event_list},
    {940, issued_token},
};

const struct member *opcua_extension(uint32_t type_id)
{
    for (unsigned i = 0; i < COUNT_OF(extensions); i++)
        if (extensions[i].type_id == type_id) return extensions[i].members;
    return NULL;
}
