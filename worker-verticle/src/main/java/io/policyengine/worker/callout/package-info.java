/** Call-outs of policies: the servers with their connections and bounds, and single calls. */
@NullMarked
package io.policyengine.worker.callout;

import org.jspecify.annotations.NullMarked;
