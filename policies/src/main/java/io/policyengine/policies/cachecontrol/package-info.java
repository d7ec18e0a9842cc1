/** The field Cache-Control, and those that stand in for it. */
@NullMarked
package io.policyengine.policies.cachecontrol;

import org.jspecify.annotations.NullMarked;
