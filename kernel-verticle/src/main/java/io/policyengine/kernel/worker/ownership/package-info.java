/** Assigns policies to workers, and holds the settled terms of policies, below which no policy or worker may fall. */
@NullMarked
package io.policyengine.kernel.worker.ownership;

import org.jspecify.annotations.NullMarked;
