/**
 * Contains the only classes that use Envoy's types: converts messages to views and outcomes to answers, and checks
 * Envoy's rules.
 */
@NullMarked
package io.policyengine.kernel.envoy;

import org.jspecify.annotations.NullMarked;
