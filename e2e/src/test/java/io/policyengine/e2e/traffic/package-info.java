/** The policies of traffic behind a real Envoy, with a real store that instances share. */
@NullMarked
package io.policyengine.e2e.traffic;

import org.jspecify.annotations.NullMarked;
