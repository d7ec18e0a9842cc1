/** A call to a worker: which replica gets it, and when it is tried again. */
@NullMarked
package io.policyengine.kernel.worker.call;

import org.jspecify.annotations.NullMarked;
