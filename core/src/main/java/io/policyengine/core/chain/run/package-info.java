/**
 * The run of a chain in a worker: its entries one after another, on headers, on whole bodies and on chunks. Over twenty types, since an
 * entry runs in three ways, for either phase, enforced or in the shadow.
 */
@Internal
@NullMarked
package io.policyengine.core.chain.run;

import io.policyengine.core.stability.Internal;
import org.jspecify.annotations.NullMarked;
