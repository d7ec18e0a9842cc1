/** Chooses ports for servers in tests. */
@Internal
@NullMarked
package io.policyengine.testkit.net;

import io.policyengine.core.stability.Internal;
import org.jspecify.annotations.NullMarked;
