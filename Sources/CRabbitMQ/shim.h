#pragma once
#include <stdint.h>
#include <sys/time.h>
#include <amqp.h>
#include <amqp_framing.h>
#include <amqp_ssl_socket.h>
#include <amqp_tcp_socket.h>

// Logs in, and asks to be told when the broker takes nothing for a while. Swift can't call the function of
// librabbitmq, which takes any number of arguments.
static inline amqp_rpc_reply_t rabbitmq_log_in(amqp_connection_state_t connection, const char *vhost,
                                               int heartbeat, const char *user, const char *password) {
  amqp_table_entry_t blocked = {
      .key = amqp_cstring_bytes("connection.blocked"),
      .value = {.kind = AMQP_FIELD_KIND_BOOLEAN, .value = {.boolean = 1}}};
  amqp_table_entry_t capabilities = {
      .key = amqp_cstring_bytes("capabilities"),
      .value = {.kind = AMQP_FIELD_KIND_TABLE, .value = {.table = {1, &blocked}}}};
  amqp_table_t properties = {1, &capabilities};
  return amqp_login_with_properties(connection, vhost, 0, 131072, heartbeat, &properties,
                                    AMQP_SASL_METHOD_PLAIN, user, password);
}

// Declares a durable quorum queue, or sees that it is there.
static inline amqp_rpc_reply_t rabbitmq_declare_quorum_queue(amqp_connection_state_t connection,
                                                             amqp_channel_t channel, const char *name) {
  amqp_table_entry_t type = {
      .key = amqp_cstring_bytes("x-queue-type"),
      .value = {.kind = AMQP_FIELD_KIND_UTF8, .value = {.bytes = amqp_cstring_bytes("quorum")}}};
  amqp_table_t arguments = {1, &type};
  amqp_queue_declare(connection, channel, amqp_cstring_bytes(name), 0, 1, 0, 0, arguments);
  return amqp_get_rpc_reply(connection);
}
