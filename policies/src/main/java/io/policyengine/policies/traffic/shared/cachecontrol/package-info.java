/** The field Cache-Control, and those that stand in for it. */
@NullMarked
package io.policyengine.policies.traffic.shared.cachecontrol;

import org.jspecify.annotations.NullMarked;
