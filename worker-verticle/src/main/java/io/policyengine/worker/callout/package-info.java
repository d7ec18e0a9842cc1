/** Call-outs of policies: servers with their connections and bounds, and single calls to them. */
@NullMarked
package io.policyengine.worker.callout;

import org.jspecify.annotations.NullMarked;
