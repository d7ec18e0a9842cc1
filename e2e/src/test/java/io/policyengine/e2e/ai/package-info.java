/** Budgets and guards of AI traffic behind a real Envoy, in front of a provider that answers in the shapes of five APIs. */
@NullMarked
package io.policyengine.e2e.ai;

import org.jspecify.annotations.NullMarked;
