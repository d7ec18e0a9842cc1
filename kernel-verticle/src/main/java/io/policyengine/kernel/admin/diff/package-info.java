/** Differences between configurations, for people. */
@NullMarked
package io.policyengine.kernel.admin.diff;

import org.jspecify.annotations.NullMarked;
