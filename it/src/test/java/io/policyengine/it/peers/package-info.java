/** Tests against servers that others wrote, which {@code ./check peers} builds and runs. */
@NullMarked
package io.policyengine.it.peers;

import org.jspecify.annotations.NullMarked;
