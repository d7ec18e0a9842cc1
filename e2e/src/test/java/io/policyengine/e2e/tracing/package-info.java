/** Traces of exchanges from a real Envoy's span to the policies of two workers, and receivers that are slow, hostile or gone. */
@NullMarked
package io.policyengine.e2e.tracing;

import org.jspecify.annotations.NullMarked;
