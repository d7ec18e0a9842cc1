/** Policy {@code botFilter}: refuses clients because of their User-Agent. */
@NullMarked
package io.policyengine.policies.access.botfilter;

import org.jspecify.annotations.NullMarked;
