/** Connections to the servers of a store: addresses, TLS, the greeting, bounds of replies, and what errors of servers mean. */
@NullMarked
package io.policyengine.worker.store.connection;

import org.jspecify.annotations.NullMarked;
