/** Calls of policies to servers: the servers' connections and bounds, and the single calls. */
@NullMarked
package io.policyengine.worker.callout;

import org.jspecify.annotations.NullMarked;
