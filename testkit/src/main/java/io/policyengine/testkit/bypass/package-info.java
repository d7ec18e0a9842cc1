/** Ways round policies, as data: what clients send, an upstream that reads it as generously as a server can, and a judge. */
@Internal
@NullMarked
package io.policyengine.testkit.bypass;

import io.policyengine.core.stability.Internal;
import org.jspecify.annotations.NullMarked;
