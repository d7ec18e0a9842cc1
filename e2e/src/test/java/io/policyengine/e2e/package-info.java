/** The shipped jar behind a real Envoy. */
@NullMarked
package io.policyengine.e2e;

import org.jspecify.annotations.NullMarked;
