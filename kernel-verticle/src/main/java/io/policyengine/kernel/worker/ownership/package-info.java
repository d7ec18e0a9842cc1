/** Assigns policies to workers, and holds their settled terms, which neither policy nor worker may fall short of. */
@NullMarked
package io.policyengine.kernel.worker.ownership;

import org.jspecify.annotations.NullMarked;
