/** Tests of calls to workers. */
@NullMarked
package io.policyengine.kernel.worker.call;

import org.jspecify.annotations.NullMarked;
