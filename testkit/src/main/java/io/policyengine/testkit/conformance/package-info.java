/** The conformance suite: rules for ext_proc servers, as data files that {@code EnvoySim} runs. */
@Internal
@NullMarked
package io.policyengine.testkit.conformance;

import io.policyengine.core.stability.Internal;
import org.jspecify.annotations.NullMarked;
