/**
 * Runs the entries of a chain in a worker, one after another, on headers, complete bodies and chunks. The package has
 * over twenty types, since an entry runs on three kinds of input, in either phase, enforced or as a shadow.
 */
@Internal
@NullMarked
package io.policyengine.core.chain.run;

import io.policyengine.core.stability.Internal;
import org.jspecify.annotations.NullMarked;
