/**
 * Connections to the servers of a store: addresses, TLS, the greeting, size limits of replies, and the meaning of
 * errors.
 */
@NullMarked
package io.policyengine.worker.store.connection;

import org.jspecify.annotations.NullMarked;
