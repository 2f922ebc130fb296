/* SPDX-License-Identifier: Apache-2.0 */
/* What the tags of each BACnet service and of structured property values mean (ASHRAE 135-2020 clause 21). */
#include "parsers/bacnet/bacnet.h"

#define SHAPE(...)                                                                                                     \
    {                                                                                                                  \
        COUNT_OF(((const struct shape_item[]){__VA_ARGS__})), { __VA_ARGS__ }                                          \
    }

static const struct shape error = SHAPE({APPLICATION(0), S_ERROR_CLASS, NULL}, {APPLICATION(1), S_ERROR_CODE, NULL});
static const struct shape property_reference = SHAPE({0, S_PROPERTY, NULL}, {1, S_INDEX, NULL});
static const struct shape object_property = SHAPE({0, S_OBJECT, NULL}, {1, S_PROPERTY, NULL}, {2, S_INDEX, NULL});
static const struct shape property_value =
    SHAPE({0, S_PROPERTY, NULL}, {1, S_INDEX, NULL}, {2, S_VALUE, NULL}, {3, S_PRIORITY, NULL});

/* References inside values: told as fields, but they are not what the service acts on. */
static const struct shape device_object_property =
    SHAPE({0, S_DEVICE, NULL}, {1, S_PROPERTY, NULL}, {2, S_INDEX, NULL}, {3, S_DEVICE, NULL});
static const struct shape device_object = SHAPE({0, S_DEVICE, NULL}, {1, S_DEVICE, NULL});
static const struct shape recipient = SHAPE({0, S_DEVICE, NULL});
static const struct shape recipient_process = SHAPE({0, S_PLAIN, &recipient}, {1, S_PROCESS, NULL});
static const struct shape setpoint = SHAPE({0, S_PLAIN, &device_object_property});
static const struct shape cov_subscription =
    SHAPE({0, S_PLAIN, &recipient_process}, {1, S_PLAIN, &device_object_property});
static const struct shape special_event = SHAPE({1, S_DEVICE, NULL});
static const struct shape action_command =
    SHAPE({0, S_DEVICE, NULL}, {1, S_DEVICE, NULL}, {2, S_PROPERTY, NULL}, {3, S_INDEX, NULL}, {4, S_VALUE, NULL});
static const struct shape action_list = SHAPE({0, S_PLAIN, &action_command});
static const struct shape log_datum = SHAPE({8, S_PLAIN, &error});
static const struct shape log_record = SHAPE({1, S_PLAIN, &log_datum});
static const struct shape event_floating = SHAPE({1, S_PLAIN, &device_object_property});
static const struct shape event_safety = SHAPE({3, S_PLAIN, &device_object_property});
static const struct shape event_extended = SHAPE({0, S_VENDOR, NULL});
static const struct shape event_parameters =
    SHAPE({3, S_PLAIN, &event_floating}, {4, S_PLAIN, &event_floating}, {8, S_PLAIN, &event_safety},
          {9, S_PLAIN, &event_extended}, {13, S_PLAIN, &event_floating});

static const struct shape read_results =
    SHAPE({2, S_PROPERTY, NULL}, {3, S_INDEX, NULL}, {4, S_VALUE, NULL}, {5, S_PLAIN, &error});
static const struct shape read_multiple = SHAPE({0, S_OBJECT, NULL}, {1, S_PLAIN, &property_reference});
static const struct shape read_multiple_answer = SHAPE({0, S_OBJECT, NULL}, {1, S_PLAIN, &read_results});
static const struct shape write_multiple = SHAPE({0, S_OBJECT, NULL}, {1, S_PLAIN, &property_value});
static const struct shape one_property =
    SHAPE({0, S_OBJECT, NULL}, {1, S_PROPERTY, NULL}, {2, S_INDEX, NULL}, {3, S_VALUE, NULL}, {4, S_PRIORITY, NULL});
static const struct shape range_request = SHAPE({0, S_OBJECT, NULL}, {1, S_PROPERTY, NULL}, {2, S_INDEX, NULL});
static const struct shape range_answer =
    SHAPE({0, S_OBJECT, NULL}, {1, S_PROPERTY, NULL}, {2, S_INDEX, NULL}, {5, S_VALUE, NULL});
static const struct shape acknowledge_alarm = SHAPE({0, S_PROCESS, NULL}, {1, S_OBJECT, NULL});
static const struct shape cov_notification =
    SHAPE({0, S_PROCESS, NULL}, {1, S_DEVICE, NULL}, {2, S_OBJECT, NULL}, {4, S_PLAIN, &property_value});
static const struct shape values_of_buffer = SHAPE({0, S_PLAIN, &device_object_property});
static const struct shape values_of_reliability = SHAPE({2, S_PLAIN, &property_value});
static const struct shape event_values = SHAPE({6, S_PLAIN, &property_value}, {9, S_PLAIN, &event_extended},
                                               {10, S_PLAIN, &values_of_buffer}, {19, S_PLAIN, &values_of_reliability});
static const struct shape event_notification =
    SHAPE({0, S_PROCESS, NULL}, {1, S_DEVICE, NULL}, {2, S_OBJECT, NULL}, {12, S_PLAIN, &event_values});
static const struct shape enrollment_summary = SHAPE({1, S_PLAIN, &recipient_process});
static const struct shape subscribe_cov = SHAPE({0, S_PROCESS, NULL}, {1, S_OBJECT, NULL});
static const struct shape subscribe_cov_property =
    SHAPE({0, S_PROCESS, NULL}, {1, S_OBJECT, NULL}, {4, S_PLAIN, &property_reference});
static const struct shape object_specifier = SHAPE({1, S_OBJECT, NULL});
static const struct shape create_object = SHAPE({0, S_PLAIN, &object_specifier}, {1, S_PLAIN, &property_value});
static const struct shape first_object = SHAPE({APPLICATION(0), S_OBJECT, NULL});
static const struct shape communication_control = SHAPE({1, S_COMMUNICATION, NULL});
static const struct shape reinitialize = SHAPE({0, S_REINITIALIZE, NULL});
static const struct shape private_transfer = SHAPE({0, S_VENDOR, NULL});
static const struct shape text_message = SHAPE({0, S_DEVICE, NULL});
static const struct shape life_safety = SHAPE({0, S_PROCESS, NULL}, {3, S_OBJECT, NULL});
static const struct shape event_information = SHAPE({0, S_OBJECT, NULL});
static const struct shape event_information_answer = SHAPE({0, S_PLAIN, &event_information});
static const struct shape cov_references = SHAPE({0, S_PLAIN, &property_reference});
static const struct shape cov_specification = SHAPE({0, S_OBJECT, NULL}, {1, S_PLAIN, &cov_references});
static const struct shape subscribe_multiple = SHAPE({0, S_PROCESS, NULL}, {4, S_PLAIN, &cov_specification});
static const struct shape cov_multiple =
    SHAPE({0, S_PROCESS, NULL}, {1, S_DEVICE, NULL}, {4, S_PLAIN, &write_multiple});

static const struct shape i_am = SHAPE({APPLICATION(0), S_OBJECT, NULL}, {APPLICATION(3), S_VENDOR, NULL});
static const struct shape i_have =
    SHAPE({APPLICATION(0), S_DEVICE, NULL}, {APPLICATION(1), S_OBJECT, NULL}, {APPLICATION(2), S_NAME, NULL});
static const struct shape who_has = SHAPE({0, S_LOW, NULL}, {1, S_HIGH, NULL}, {2, S_OBJECT, NULL}, {3, S_NAME, NULL});
static const struct shape who_is = SHAPE({0, S_LOW, NULL}, {1, S_HIGH, NULL});
static const struct shape who_am_i = SHAPE({APPLICATION(0), S_VENDOR, NULL});
static const struct shape you_are = SHAPE({APPLICATION(0), S_VENDOR, NULL}, {APPLICATION(3), S_OBJECT, NULL});

static const struct shape error_tagged = SHAPE({0, S_PLAIN, &error});
static const struct shape error_private = SHAPE({0, S_PLAIN, &error}, {1, S_VENDOR, NULL});
static const struct shape error_write_multiple = SHAPE({0, S_PLAIN, &error}, {1, S_PLAIN, &object_property});

static const struct shape *const requests[] = {
    [0] = &acknowledge_alarm,  [1] = &cov_notification,
    [2] = &event_notification, [4] = &enrollment_summary,
    [5] = &subscribe_cov,      [6] = &first_object,
    [7] = &first_object,       [8] = &one_property,
    [9] = &one_property,       [10] = &create_object,
    [11] = &first_object,      [12] = &one_property,
    [14] = &read_multiple,     [15] = &one_property,
    [16] = &write_multiple,    [17] = &communication_control,
    [18] = &private_transfer,  [19] = &text_message,
    [20] = &reinitialize,      [26] = &range_request,
    [27] = &life_safety,       [28] = &subscribe_cov_property,
    [29] = &event_information, [30] = &subscribe_multiple,
    [31] = &cov_multiple,
};
static const struct shape *const answers[] = {
    [10] = &first_object,     [12] = &one_property, [14] = &read_multiple_answer,
    [18] = &private_transfer, [26] = &range_answer, [29] = &event_information_answer,
};
static const struct shape *const errors[] = {
    [8] = &error_tagged,   [9] = &error_tagged,  [10] = &error_tagged, [16] = &error_write_multiple,
    [18] = &error_private, [23] = &error_tagged, [30] = &error_tagged,
};
static const struct shape *const unconfirmed[] = {
    [0] = &i_am,         [1] = &i_have,  [2] = &cov_notification, [3] = &event_notification, [4] = &private_transfer,
    [5] = &text_message, [7] = &who_has, [8] = &who_is,           [11] = &cov_multiple,      [13] = &who_am_i,
    [14] = &you_are,
};

#define PICK(table, n) ((n) < COUNT_OF(table) ? (table)[n] : NULL)
const struct shape *bacnet_request_shape(unsigned service) { return PICK(requests, service); }
const struct shape *bacnet_answer_shape(unsigned service) { return PICK(answers, service); }
const struct shape *bacnet_unconfirmed_shape(unsigned service) { return PICK(unconfirmed, service); }
const struct shape *bacnet_error_shape(unsigned service)
{
    const struct shape *s = PICK(errors, service);
    return s ? s : &error;
}

/* Properties whose values have an inner form; all others are application tagged. */
static const struct {
    uint16_t property;
    const struct shape *shape;
} structured[] = {
    {2, &action_list},
    {19, &device_object_property},  /* controlled-variable-reference */
    {38, &special_event},           /* exception-schedule */
    {53, &read_multiple},           /* list-of-group-members */
    {54, &device_object_property},  /* list-of-object-property-references */
    {60, &device_object_property},  /* manipulated-variable-reference */
    {78, &device_object_property},  /* object-property-reference */
    {83, &event_parameters},        /* event-parameters */
    {102, &recipient},              /* recipient-list */
    {109, &setpoint},               /* setpoint-reference */
    {131, &log_record},             /* log-buffer */
    {132, &device_object_property}, /* log-device-object-property */
    {152, &cov_subscription},       /* active-cov-subscriptions */
    {159, &device_object},          /* member-of */
    {165, &device_object},          /* zone-members */
    {211, &device_object},          /* subordinate-list */
};

const struct shape *bacnet_property_shape(unsigned property, unsigned object_type)
{
    enum { PRESENT_VALUE = 85, GROUP = 11 };
    if (property == PRESENT_VALUE && object_type == GROUP) return &read_multiple_answer;
    for (unsigned i = 0; i < COUNT_OF(structured); i++)
        if (structured[i].property == property) return structured[i].shape;
    return NULL;
}
