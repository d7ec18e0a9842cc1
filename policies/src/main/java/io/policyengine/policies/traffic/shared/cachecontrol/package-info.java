/** The field Cache-Control and its substitutes. */
@NullMarked
package io.policyengine.policies.traffic.shared.cachecontrol;

import org.jspecify.annotations.NullMarked;
