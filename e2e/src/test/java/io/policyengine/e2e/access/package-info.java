/** The policies of identity and access behind a real Envoy, with servers that they depend on. */
@NullMarked
package io.policyengine.e2e.access;

import org.jspecify.annotations.NullMarked;
