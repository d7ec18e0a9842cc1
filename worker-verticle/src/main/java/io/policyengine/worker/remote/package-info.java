/** Shared parts of connections to external servers: TLS files, and a circuit breaker. */
@NullMarked
package io.policyengine.worker.remote;

import org.jspecify.annotations.NullMarked;
