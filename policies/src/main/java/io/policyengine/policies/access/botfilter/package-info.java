/** Policy {@code botFilter}: refuses clients by their User-Agent. */
@NullMarked
package io.policyengine.policies.access.botfilter;

import org.jspecify.annotations.NullMarked;
