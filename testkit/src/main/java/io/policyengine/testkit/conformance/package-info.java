/** The conformance suite: what an ext_proc server must and must not do, as data files that {@code EnvoySim} plays. */
@Internal
@NullMarked
package io.policyengine.testkit.conformance;

import io.policyengine.core.stability.Internal;
import org.jspecify.annotations.NullMarked;
