/** Bodies of every kind through a real Envoy in every mode. */
@NullMarked
package io.policyengine.e2e.body;

import org.jspecify.annotations.NullMarked;
