/** The only classes that see Envoy's types: messages to views, outcomes to answers, and Envoy's rules for them. */
@NullMarked
package io.policyengine.kernel.envoy;

import org.jspecify.annotations.NullMarked;
