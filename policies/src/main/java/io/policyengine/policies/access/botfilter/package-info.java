/** Policy {@code botFilter}: refuses clients by what they say they are. */
@NullMarked
package io.policyengine.policies.access.botfilter;

import org.jspecify.annotations.NullMarked;
