/** Tests of the whole kernel, by theme, seen from outside: from Envoy, from workers, and from its configuration. */
@NullMarked
package io.policyengine.kernel.blackbox;

import org.jspecify.annotations.NullMarked;
