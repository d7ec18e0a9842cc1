/** The results and failures of a chain, as kernel and workers tell them to each other. */
@NullMarked
package io.policyengine.core.chain;

import org.jspecify.annotations.NullMarked;
