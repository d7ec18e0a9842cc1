/** Configuration that changes or goes missing while a real Envoy is served. */
@NullMarked
package io.policyengine.e2e.reload;

import org.jspecify.annotations.NullMarked;
