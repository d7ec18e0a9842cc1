/** The only classes that use Envoy's types: messages to views, outcomes to answers, and Envoy's rules for them. */
@NullMarked
package io.policyengine.kernel.envoy;

import org.jspecify.annotations.NullMarked;
