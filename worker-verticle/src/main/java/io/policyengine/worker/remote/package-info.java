/** Parts that all connections to external servers share: TLS files, and a circuit breaker. */
@NullMarked
package io.policyengine.worker.remote;

import org.jspecify.annotations.NullMarked;
