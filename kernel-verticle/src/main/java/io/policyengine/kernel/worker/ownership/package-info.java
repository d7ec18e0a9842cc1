/** Assigns policies to workers, and holds their settled terms, which no policy or worker may fall short of. */
@NullMarked
package io.policyengine.kernel.worker.ownership;

import org.jspecify.annotations.NullMarked;
