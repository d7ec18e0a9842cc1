/** Attempts to bypass policies, as data, with an upstream that reads them as leniently as any server, and a judge. */
@Internal
@NullMarked
package io.policyengine.testkit.bypass;

import io.policyengine.core.stability.Internal;
import org.jspecify.annotations.NullMarked;
