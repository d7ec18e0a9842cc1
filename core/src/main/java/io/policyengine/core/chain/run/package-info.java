/** The run of a chain in a worker: its entries one after another, on headers, on whole bodies and on chunks. */
@Internal
@NullMarked
package io.policyengine.core.chain.run;

import io.policyengine.core.stability.Internal;
import org.jspecify.annotations.NullMarked;
