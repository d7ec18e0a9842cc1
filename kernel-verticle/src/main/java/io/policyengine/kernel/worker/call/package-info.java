/** Calls a worker: selects its replica and retries. */
@NullMarked
package io.policyengine.kernel.worker.call;

import org.jspecify.annotations.NullMarked;
