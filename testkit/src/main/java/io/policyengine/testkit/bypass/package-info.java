/**
 * Tests whether policies can be bypassed: attempts as data, a lenient upstream that receives them, and the judgement of
 * each attempt.
 */
@Internal
@NullMarked
package io.policyengine.testkit.bypass;

import io.policyengine.core.stability.Internal;
import org.jspecify.annotations.NullMarked;
